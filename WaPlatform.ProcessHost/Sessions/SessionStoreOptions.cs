using Microsoft.Extensions.Options;
using Npgsql;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>What keeps a number paired when its engine ends, and where that is.</summary>
public enum SessionStoreKind
{
    /// <summary>In the data directory of the host that runs the engine.</summary>
    Files,

    /// <summary>In PostgreSQL, so that any host can go on with any number.</summary>
    Postgres,
}

/// <summary>Where the sessions of the numbers are kept.</summary>
public sealed class SessionStoreOptions
{
    public const string SectionName = "Sessions";

    /// <summary>Unset = <see cref="SessionStoreKind.Postgres"/> where the cluster is on Redis and the database on PostgreSQL, else <see cref="SessionStoreKind.Files"/>.</summary>
    public SessionStoreKind? Store { get; set; }

    /// <summary>
    /// Npgsql's form; unset = the platform's own database. Hosts and engines must reach the same server under it. Its user makes a role and a schema for each
    /// number: a superuser, or one with <c>CREATEROLE</c> and the right to create in the database.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Fills in what follows from the rest of the configuration.</summary>
    internal static void ApplyDefaults(SessionStoreOptions options, IConfiguration configuration)
    {
        var platform = configuration.GetConnectionString("wadb") ?? "";
        var isPostgres = platform.Length > 0 && !SqliteWaDatabase.Recognizes(platform);
        options.Store ??= isPostgres && ClusterSettings.From(configuration).UsesRedis ? SessionStoreKind.Postgres : SessionStoreKind.Files;
        if (string.IsNullOrEmpty(options.ConnectionString))
        {
            options.ConnectionString = isPostgres ? platform : "";
        }
    }
}

/// <summary>Sessions in PostgreSQL need one.</summary>
internal sealed class SessionStoreOptionsValidator : IValidateOptions<SessionStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionStoreOptions options)
    {
        if (options.Store is { } store && !Enum.IsDefined(store))
        {
            return ValidateOptionsResult.Fail("Sessions:Store must be files or postgres.");
        }

        if (options.Store != SessionStoreKind.Postgres)
        {
            return ValidateOptionsResult.Success;
        }

        if (options.ConnectionString.Length == 0)
        {
            return ValidateOptionsResult.Fail(
                "Sessions:Store is postgres, but ConnectionStrings:wadb is SQLite. Set Sessions:ConnectionString to a PostgreSQL database, or Sessions:Store to files.");
        }

        try
        {
            var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            return settings is { Host.Length: > 0, Database.Length: > 0 } or { Host.Length: > 0, Username.Length: > 0 }
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Sessions:ConnectionString names no host, or no database.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return ValidateOptionsResult.Fail($"Sessions:ConnectionString cannot be read: {exception.Message}");
        }
    }
}
