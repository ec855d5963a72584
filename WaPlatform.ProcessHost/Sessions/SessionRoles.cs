using System.Security.Cryptography;
using Npgsql;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>
/// One role and one schema of PostgreSQL for each number. A schema alone would not do: gowa looks for its tables in every schema that its role can see
/// (gowa real.md §3.1 point 1). The role's password is made anew for each start, which is what keeps an earlier owner's engine out.
/// </summary>
internal sealed partial class SessionRoles : IAsyncDisposable
{
    // gowa keeps one or two; a burst may open more for a moment.
    private const int ConnectionLimit = 10;
    private const int Rounds = 3;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly ILogger _logger;

    public SessionRoles(string connectionString, ILogger logger)
    {
        // Seldom used, by one number at a time; and an advisory lock needs a connection that stays.
        _settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 8, MinPoolSize = 0, ApplicationName = "waplatform sessions", Multiplexing = false, Enlist = false };
        _source = NpgsqlDataSource.Create(_settings);
        _logger = logger;
    }

    /// <summary>Makes what is missing of a number's role and schema, and shuts out everybody who had it before.</summary>
    /// <exception cref="SessionStoreException">The server is away or says no, or a later owner has the session.</exception>
    public Task<SessionPlace> SecureAsync(string phoneNumber, SessionTurn turn, CancellationToken cancellationToken) =>
        WithLockAsync(phoneNumber, async names =>
        {
            var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            await using var transaction = await names.Connection.BeginTransactionAsync(cancellationToken);
            var last = SessionTurn.Parse(await names.ScalarAsync<string>("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1", names.Schema));
            if (last is { } other && other.IsAfter(turn))
            {
                throw new SessionStoreException("A later owner has taken the session.");
            }

            await MakeAsync(names, password);
            await names.ExecuteAsync($"COMMENT ON SCHEMA {names.Schema} IS '{turn}'");
            await transaction.CommitAsync(cancellationToken);

            // Only now nobody can come in with the old password any more.
            await names.TerminateAsync(Rounds);
            return new SessionPlace(SessionUri.Build(_settings, names.Database, names.IsEncrypted, names.Role, password, names.Schema), password);
        }, cancellationToken);

    /// <summary>Drops a number's role and schema, with everything in it.</summary>
    /// <exception cref="SessionStoreException">The server is away or says no.</exception>
    public Task DropAsync(string phoneNumber, CancellationToken cancellationToken) => WithLockAsync(phoneNumber, async names =>
    {
        var exists = await names.RoleExistsAsync();
        if (exists)
        {
            await names.ExecuteAsync($"ALTER ROLE {names.Role} NOLOGIN");
            await names.JoinAsync();
            await names.TerminateAsync(Rounds);
        }

        await using var transaction = await names.Connection.BeginTransactionAsync(cancellationToken);
        await names.ExecuteAsync($"DROP SCHEMA IF EXISTS {names.Schema} CASCADE");
        if (exists)
        {
            await names.ExecuteAsync($"DROP OWNED BY {names.Role}");
            await names.ExecuteAsync($"DROP ROLE {names.Role}");
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }, cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task MakeAsync(SessionNames names, string password)
    {
        if (!await names.RoleExistsAsync())
        {
            await names.ExecuteAsync($"CREATE ROLE {names.Role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION");
        }

        await names.ExecuteAsync($"ALTER ROLE {names.Role} LOGIN CONNECTION LIMIT {ConnectionLimit} PASSWORD '{ScramVerifier.Create(password)}'");
        await names.ExecuteAsync($"ALTER ROLE {names.Role} SET search_path = {names.Schema}");
        await names.JoinAsync();
        await names.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {names.Schema} AUTHORIZATION {names.Role}");
        await names.TakeOwnershipAsync();
        if (await names.MayCreateInPublicAsync() && !await names.CloseForCreationAsync())
        {
            Log.PublicIsOpen(_logger);
        }
    }

    // Two hosts that want the same number take turns; the later one's password is the one that holds.
    private async Task<T> WithLockAsync<T>(string phoneNumber, Func<SessionNames, Task<T>> work, CancellationToken cancellationToken)
    {
        // The name goes into statements.
        var digits = PhoneNumber.Parse(phoneNumber).Digits;
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            var names = await SessionNames.ReadAsync(connection, digits, cancellationToken);
            await names.ExecuteAsync("SELECT pg_advisory_lock(hashtextextended($1, 0))", names.Schema);
            try
            {
                return await work(names);
            }
            finally
            {
                if (connection.FullState == System.Data.ConnectionState.Open)
                {
                    await names.ExecuteAsync("SELECT pg_advisory_unlock_all()");
                }
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            throw new SessionStoreException(exception.Message, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Everybody may create in the schema public of the session database, engines too. Its owner should: REVOKE CREATE ON SCHEMA public FROM PUBLIC")]
        public static partial void PublicIsOpen(ILogger logger);
    }
}
