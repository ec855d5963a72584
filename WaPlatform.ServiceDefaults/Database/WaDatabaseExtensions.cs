using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using WaPlatform.Data;
using WaPlatform.Data.Postgres;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults.Database;

namespace Microsoft.Extensions.Hosting;

public static class WaDatabaseExtensions
{
    /// <summary>
    /// Registers <see cref="IDbContextFactory{TContext}"/> of <see cref="WaDbContext"/> (pooled) and a scoped <see cref="WaDbContext"/> for the
    /// connection string <paramref name="name"/>. One that begins a part with <c>Data Source=</c> or <c>Filename=</c> is SQLite, any other
    /// PostgreSQL. The start of the service waits until the database is there and has the newest schema. Call it before whatever uses the database in a hosted service's <c>StartingAsync</c>.
    /// </summary>
    public static TBuilder AddWaDatabase<TBuilder>(this TBuilder builder, string name = "wadb") where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(IDbContextFactory<WaDbContext>)))
        {
            return builder;
        }

        var connectionString = builder.Configuration.GetConnectionString(name) ?? throw new InvalidOperationException(
            $"ConnectionStrings:{name} is not set. Examples: ConnectionStrings__{name}='Host=localhost;Username=wa;Password=…;Database=wa' (PostgreSQL), '…=Data Source=wa.db' (SQLite)");

        if (SqliteWaDatabase.Recognizes(connectionString))
        {
            builder.Services.AddWaDbContext<SqliteWaDbContext>(options => SqliteWaDatabase.Configure(options, connectionString));
        }
        else
        {
            var bounded = Bounded(connectionString);
            builder.Services.AddWaDbContext<PostgresWaDbContext>(options => options.UseNpgsql(bounded));
#if ASPIRE
            // Its telemetry. The check below has the platform's name and time limit; and a retry would run a transaction's first half twice.
            builder.EnrichNpgsqlDbContext<PostgresWaDbContext>(settings => (settings.DisableHealthChecks, settings.DisableRetry) = (true, true));
#endif
        }

        builder.Services.AddSingleton(provider => new GroupCommit(provider.GetRequiredService<IDbContextFactory<WaDbContext>>(), provider.GetService<CommitGuard>()));
        builder.Services.AddHostedService<DatabaseMigration>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", timeout: TimeSpan.FromSeconds(5));
        return builder;
    }

    /// <summary>
    /// How long a transaction may stand still before the server ends it, in a process that was stopped or on a machine that is gone. Else it would
    /// keep its locks for as long, and could be committed after others had taken over its work.
    /// </summary>
    public static TimeSpan MaxIdleInTransaction { get; } = TimeSpan.FromSeconds(5);

    private const int MaxConnections = 20;

    private static string Bounded(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ContainsKey("Maximum Pool Size"))
        {
            // Several services share a server, which has a hundred connections where nobody changed that.
            settings.MaxPoolSize = MaxConnections;
        }

        settings.Options = $"{settings.Options} -c idle_in_transaction_session_timeout={MaxIdleInTransaction.TotalMilliseconds}".Trim();
        return settings.ConnectionString;
    }

    private static void AddWaDbContext<TContext>(this IServiceCollection services, Action<DbContextOptionsBuilder> configure) where TContext : WaDbContext
    {
        services.AddPooledDbContextFactory<TContext>(options =>
        {
            configure(options);

            // An index that says no is often the expected answer; whoever asked tells in one line what it means.
            options.ConfigureWarnings(warnings => warnings.Log(
                (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
        });
        services.AddSingleton<IDbContextFactory<WaDbContext>, WaDbContextFactory<TContext>>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContext());
    }
}
