using System.Net.Sockets;
using Npgsql;

namespace WaPlatform.Simulator.Storage;

/// <summary>
/// Sessions in PostgreSQL, in tables of whatsmeow's names and with its way of looking for them: the look-up ignores the schema, so a second
/// schema that the same role sees is refused (gowa real.md §3.1 points 1 and 2).
/// </summary>
internal sealed class SessionTables(string uri) : ISessionDatabase
{
    // Far above whatsmeow's own: a real gowa refuses the simulator's tables as too new, and the simulator the real ones as foreign.
    private const int Version = 1_000_000;
    private const string NotReached = "failed to upgrade database: failed to check if version table is up to date: ";

    // Only their presence counts.
    private static readonly string[] Others =
    [
        "app_state_mutation_macs", "app_state_sync_keys", "app_state_version", "chat_settings", "contacts", "event_buffer", "identity_keys", "lid_map",
        "message_secrets", "nct_salt", "pre_keys", "privacy_tokens", "retry_buffer", "sender_keys", "sessions",
    ];

    private NpgsqlDataSource? _source;

    // Each look is a query, and hundreds of simulators may share the server.
    public TimeSpan LookInterval => TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<Session>> OpenAsync(CancellationToken cancellationToken)
    {
        var exists = await StepAsync<bool>(NotReached, async () =>
        {
            _source = CreateSource();
            return await ScalarAsync<bool>("SELECT EXISTS(SELECT 1 FROM information_schema.tables WHERE table_name='whatsmeow_version')", cancellationToken);
        });
        if (!exists)
        {
            await StepAsync("failed to upgrade database: failed to create version table: ",
                () => ExecuteAsync("CREATE TABLE whatsmeow_version (version INTEGER, compat INTEGER)", cancellationToken));
        }

        var version = await StepAsync("failed to upgrade database: ",
            () => ScalarAsync<int?>("SELECT version, compat FROM whatsmeow_version LIMIT 1", cancellationToken));
        if (version is null)
        {
            await StepAsync("failed to upgrade database: ", () => CreateTablesAsync(cancellationToken));
        }
        else if (version != Version)
        {
            throw new SessionDatabaseException(
                $"failed to upgrade database: unsupported database schema version: currently on v{version} (compatible down to v{version}), latest known: v{Version}");
        }

        return await StepAsync("failed to upgrade database: ", () => ReadAsync(cancellationToken));
    }

    public Task SaveAsync(Session session, CancellationToken cancellationToken) => ExecuteAsync(
        "INSERT INTO whatsmeow_device (jid, push_name) VALUES ($1, $2) ON CONFLICT (jid) DO UPDATE SET push_name = excluded.push_name", cancellationToken, session.AdJid, session.PushName);

    public Task DeleteAsync(string adJid, CancellationToken cancellationToken) => ExecuteAsync("DELETE FROM whatsmeow_device WHERE jid = $1", cancellationToken, adJid);

    public Task ClaimAsync(string adJid, string token, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE whatsmeow_device SET stream = $2 WHERE jid = $1", cancellationToken, adJid, token);

    public Task<IReadOnlyDictionary<string, string>?> ReadClaimsAsync(CancellationToken cancellationToken) => RunAsync<IReadOnlyDictionary<string, string>?>(async connection =>
    {
        await using var command = Command(connection, "SELECT jid, stream FROM whatsmeow_device WHERE stream <> ''");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var claims = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            claims[reader.GetString(0)] = reader.GetString(1);
        }

        return claims;
    }, cancellationToken);

    public void Dispose() => _source?.Dispose();

    private NpgsqlDataSource CreateSource()
    {
        var builder = new NpgsqlSlimDataSourceBuilder(PostgresUri.Parse(uri).ConnectionString);
        if (builder.ConnectionStringBuilder.SslMode != SslMode.Disable)
        {
            builder.EnableTransportSecurity();
        }

        // Text, numbers and truth values are known without asking the server for its types.
        return builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false)).Build();
    }

    private Task<int> CreateTablesAsync(CancellationToken cancellationToken) => RunAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "CREATE TABLE whatsmeow_device (jid TEXT PRIMARY KEY, push_name TEXT NOT NULL DEFAULT '', stream TEXT NOT NULL DEFAULT '', number BIGINT GENERATED ALWAYS AS IDENTITY)"));
        foreach (var name in Others)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"CREATE TABLE whatsmeow_{name} (our_jid TEXT)"));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand($"INSERT INTO whatsmeow_version (version, compat) VALUES ({Version}, {Version})"));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }, cancellationToken);

    private Task<IReadOnlyList<Session>> ReadAsync(CancellationToken cancellationToken) => RunAsync<IReadOnlyList<Session>>(async connection =>
    {
        await using var command = Command(connection, "SELECT jid, push_name FROM whatsmeow_device ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sessions = new List<Session>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sessions.Add(new Session(reader.GetString(0), reader.GetString(1)));
        }

        return sessions;
    }, cancellationToken);

    private Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellationToken) => RunAsync(async connection =>
    {
        await using var command = Command(connection, sql);
        return (T?)await command.ExecuteScalarAsync(cancellationToken);
    }, cancellationToken);

    private Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params string[] values) => RunAsync(async connection =>
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }, cancellationToken);

#pragma warning disable CA2100 // Every text is one of this file's own.
    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params string[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        }

        return command;
    }

    // As Go's database/sql does it: a pooled connection that turns out to be dead is replaced once, and what then fails is said.
    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var isOpen = false;
            try
            {
                await using var connection = await _source!.OpenConnectionAsync(cancellationToken);
                isOpen = true;
                return await work(connection);
            }
            catch (NpgsqlException exception) when (isFirst && isOpen && exception is not PostgresException { SqlState: not ['5', '7', 'P', ..] })
            {
                // Once more, on a connection of its own.
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or SocketException)
            {
                throw new SessionDatabaseException(Words(exception), exception) { IsLockedOut = exception is PostgresException { SqlState: ['2', '8', ..] } };
            }
        }
    }

    private static async Task<T> StepAsync<T>(string failure, Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception exception) when (exception is SessionDatabaseException or FormatException)
        {
            throw new SessionDatabaseException(failure + exception.Message, exception);
        }
    }

    private string Words(Exception exception)
    {
        if (exception is PostgresException refused)
        {
            var place = refused.Position > 0 ? $" at column {refused.Position}" : "";
            return $"pq: {refused.MessageText}{place} ({refused.SqlState})";
        }

        var settings = PostgresUri.Parse(uri);
        return exception.GetBaseException() switch
        {
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => $"dial tcp: lookup {settings.Host}: no such host",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"dial tcp {settings.Host}:{settings.Port}: connect: connection refused",
            SocketException or TimeoutException => $"dial tcp {settings.Host}:{settings.Port}: i/o timeout",
            NpgsqlException base_ when base_.Message.Contains("SSL", StringComparison.Ordinal) => "pq: SSL is not enabled on the server",
            _ => "driver: bad connection",
        };
    }
}
