using System.Security.Cryptography;
using Npgsql;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data.Sqlite;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Restore;
using WaPlatform.Jobs.Processes;

namespace WaPlatform.Jobs.Backups.Database;

/// <summary>One database of a PostgreSQL server, dumped and restored by PostgreSQL's own programs.</summary>
internal sealed class PostgresServer(string setting, string connectionString, string bin)
{
    /// <summary>Seconds.</summary>
    public const int LongStatement = 3600;

    // The database that every server has and every role may connect to.
    private const string MaintenanceDatabase = "postgres";
    private const int MaxName = 63;

    // Hangfire's jobs under way at the time of a backup, the backup itself among them, must not go on after a restore.
    private const string NotDumped = "hangfire";

    private readonly NpgsqlConnectionStringBuilder _settings = new(connectionString) { Pooling = false, Enlist = false, Multiplexing = false };

    public string Database => _settings.Database ?? throw new InvalidOperationException("The connection string names no database.");

    /// <summary>The database of the sessions, if that is not the platform's own.</summary>
    public static PostgresServer? OfSessions(IConfiguration configuration, BackupOptions options)
    {
        var platform = configuration.GetConnectionString("wadb") ?? "";
        var own = configuration["Sessions:ConnectionString"] ?? "";
        if (own.Length == 0 || !string.Equals(configuration["Sessions:Store"] ?? "postgres", "postgres", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var server = new PostgresServer(Swap.Sessions, own, options.PostgresBin);
        return SqliteWaDatabase.Recognizes(platform) || !server.IsSameAs(new NpgsqlConnectionStringBuilder(platform)) ? server : null;
    }

    /// <summary>A connection whose transaction may stand still, as one does that holds a snapshot for a dump.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => await OpenAsync(Database, cancellationToken);

    /// <summary>Whether hosts hold leases in the database. One that is not there has none.</summary>
    public async Task<bool> HasHostsAsync(CancellationToken cancellationToken)
    {
        await using (var maintenance = await OpenAsync(MaintenanceDatabase, cancellationToken))
        {
            if (!await ExistsAsync(maintenance, Database, cancellationToken))
            {
                return false;
            }
        }

        await using var connection = await OpenAsync(cancellationToken);
        await using var leases = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM hosts WHERE \"LeaseUntil\" > clock_timestamp())", connection);
        try
        {
            return await leases.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (PostgresException empty) when (empty.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
    }

    /// <param name="snapshot">Of a transaction that stays open meanwhile; null = as of now.</param>
    public async Task DumpAsync(ArchiveWriter archive, string member, string scratch, string? snapshot, CancellationToken cancellationToken)
    {
        var file = Path.Combine(scratch, "dump");
        try
        {
            string[] arguments = ["--format=custom", $"--exclude-schema={NotDumped}", "--lock-wait-timeout=60s", "--no-password", $"--file={file}", .. snapshot is null ? (string[])[] : [$"--snapshot={snapshot}"]];

            // Empty, so that it has our rights and not those of the umask.
            await PrivateFile.Create(file).DisposeAsync();
            await PostgresTool.RunAsync("pg_dump", bin, _settings, arguments, cancellationToken);
            await archive.AddFileAsync(member, file, cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Restores a dump into a new database on the same server.</summary>
    public async Task<StagedPostgres> StageAsync(string dump, CancellationToken cancellationToken)
    {
        var name = Beside("restored");
        await using (var maintenance = await OpenAsync(MaintenanceDatabase, cancellationToken))
        {
            await CreateAsync(maintenance, name, cancellationToken);
        }

        var staged = new StagedPostgres(this, new DatabaseSwap(setting, name, Beside("before")), new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Database = name });
        try
        {
            // Owners and rights are of the old place: each number's role is made and given its schema before its next start (decision 9).
            await PostgresTool.RunAsync(
                "pg_restore", bin, staged.Settings, ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--no-password", $"--dbname={name}", dump], cancellationToken);
            return staged;
        }
        catch
        {
            await staged.DropAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Restores one schema of a dump into the database.</summary>
    public Task RestoreSchemaAsync(string dump, string schema, CancellationToken cancellationToken) => PostgresTool.RunAsync(
        "pg_restore", bin, _settings, ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--no-password", $"--schema={schema}", $"--dbname={Database}", dump], cancellationToken);

    public async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        await using var maintenance = await OpenAsync(MaintenanceDatabase, cancellationToken);
        await ExecuteAsync(maintenance, $"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", cancellationToken);
    }

    /// <summary>Lets two databases change places: the platform's own gets another name, the staged one gets its. At once, or not at all.</summary>
    public async Task SwapAsync(DatabaseSwap swap, CancellationToken cancellationToken)
    {
        const int Attempts = 20;
        await using var maintenance = await OpenAsync(MaintenanceDatabase, cancellationToken);
        if (!await ExistsAsync(maintenance, swap.Staged, cancellationToken))
        {
            // Done before, in a start that was broken off.
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await RenameAsync(maintenance, swap, cancellationToken);
                return;
            }
            catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.ObjectInUse && attempt < Attempts)
            {
                // Somebody connected in between.
            }
        }
    }

    private async Task RenameAsync(NpgsqlConnection maintenance, DatabaseSwap swap, CancellationToken cancellationToken)
    {
        string[] names = [Database, swap.Staged];
        await using (var end = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = ANY ($1) AND backend_type = 'client backend'", maintenance))
        {
            end.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
            await end.ExecuteScalarAsync(cancellationToken);
        }

        await using var transaction = await maintenance.BeginTransactionAsync(cancellationToken);
        if (await ExistsAsync(maintenance, Database, cancellationToken))
        {
            await ExecuteAsync(maintenance, $"ALTER DATABASE {Quote(Database)} RENAME TO {Quote(swap.Aside)}", cancellationToken);
        }

        await ExecuteAsync(maintenance, $"ALTER DATABASE {Quote(swap.Staged)} RENAME TO {Quote(Database)}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task CreateAsync(NpgsqlConnection maintenance, string name, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(maintenance, $"CREATE DATABASE {Quote(name)}", cancellationToken);
        }
        catch (PostgresException forbidden) when (forbidden.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new PlatformException(ErrorCode.BackupUnavailable, "A restore needs a database beside the platform's own, and its user may not make one: ALTER ROLE … CREATEDB");
        }
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection maintenance, string name, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", maintenance) { Parameters = { new() { Value = name } } };
        return await exists.ExecuteScalarAsync(cancellationToken) is not null;
    }

    // Their parameter would be the name of a database, which can't be one.
#pragma warning disable CA2100
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = LongStatement };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
#pragma warning restore CA2100

    private static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);

    private async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Database = database, Options = $"{_settings.Options} -c idle_in_transaction_session_timeout=0".Trim() }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (NpgsqlException exception)
        {
            await connection.DisposeAsync();
            throw new PlatformException(ErrorCode.BackupUnavailable, $"The database server can't be reached: {exception.Message}");
        }
    }

    private bool IsSameAs(NpgsqlConnectionStringBuilder other) =>
        string.Equals(_settings.Host, other.Host, StringComparison.OrdinalIgnoreCase) && _settings.Port == other.Port && _settings.Database == other.Database;

    private string Beside(string what)
    {
        var ending = $"_{what}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        return $"{Database[..Math.Min(Database.Length, MaxName - ending.Length)]}{ending}";
    }
}

/// <summary>A restored database of the same server.</summary>
internal sealed class StagedPostgres(PostgresServer server, DatabaseSwap swap, NpgsqlConnectionStringBuilder settings)
{
    public NpgsqlConnectionStringBuilder Settings => settings;

    public string ConnectionString => settings.ConnectionString;

    public DatabaseSwap Swap => swap;

    public Task DropAsync(CancellationToken cancellationToken) => server.DropAsync(swap.Staged, cancellationToken);
}
