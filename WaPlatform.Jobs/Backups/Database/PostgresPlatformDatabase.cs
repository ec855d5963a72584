using Microsoft.EntityFrameworkCore;
using Npgsql;
using WaPlatform.Data;
using WaPlatform.Data.Postgres;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Restore;

namespace WaPlatform.Jobs.Backups.Database;

/// <summary>A PostgreSQL database, with the sessions in it unless those have one of their own.</summary>
internal sealed class PostgresPlatformDatabase(string connectionString, IConfiguration configuration, BackupOptions options) : PlatformDatabase
{
    private readonly PostgresServer _server = new(Swap.Platform, connectionString, options.PostgresBin);
    private readonly PostgresServer? _sessions = PostgresServer.OfSessions(configuration, options);

    public override string Provider => "postgres";

    public override IEnumerable<string> Migrations
    {
        get
        {
            using var db = new PostgresWaDbContext(new DbContextOptionsBuilder<PostgresWaDbContext>().UseNpgsql().Options);
            return db.Database.GetMigrations();
        }
    }

    public override Task<bool> IsInUseAsync(CancellationToken cancellationToken) => _server.HasHostsAsync(cancellationToken);

    public override async Task<DatabaseFacts> CopyAsync(ArchiveWriter archive, string scratch, CancellationToken cancellationToken)
    {
        if (_sessions is not null)
        {
            await _sessions.DumpAsync(archive, ArchiveName.PostgresSessions, scratch, snapshot: null, cancellationToken);
        }

        // The dump and what is counted are of one snapshot, which lasts as long as this transaction.
        await using var connection = await _server.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection, transaction);
        var snapshot = (string)(await export.ExecuteScalarAsync(cancellationToken))!;
        await _server.DumpAsync(archive, ArchiveName.PostgresDatabase, scratch, snapshot, cancellationToken);
        await using var db = new PostgresWaDbContext(new DbContextOptionsBuilder<PostgresWaDbContext>().UseNpgsql(connection, npgsql => npgsql.CommandTimeout(PostgresServer.LongStatement)).Options);
        await db.Database.UseTransactionAsync(transaction, cancellationToken);
        return await DatabaseFacts.ReadAsync(db, cancellationToken);
    }

    public override async Task<StagedDatabase> StageAsync(Func<string, string?> extracted, CancellationToken cancellationToken)
    {
        var dump = extracted(ArchiveName.PostgresDatabase) ?? throw ArchiveFaults.Corrupt("it has no database");
        var database = await _server.StageAsync(dump, cancellationToken);
        try
        {
            return new Staged(database, _sessions is not null && extracted(ArchiveName.PostgresSessions) is { } sessions ? await _sessions.StageAsync(sessions, cancellationToken) : null);
        }
        catch
        {
            await database.DropAsync(CancellationToken.None);
            throw;
        }
    }

    private sealed class Staged(StagedPostgres database, StagedPostgres? sessions) : StagedDatabase
    {
        public override IReadOnlyList<Swap> Swaps => sessions is null ? [database.Swap] : [database.Swap, sessions.Swap];

        public override WaDbContext Open() => new PostgresWaDbContext(
            new DbContextOptionsBuilder<PostgresWaDbContext>().UseNpgsql(database.ConnectionString, npgsql => npgsql.CommandTimeout(PostgresServer.LongStatement)).Options);

        // Its connections are not pooled.
        public override Task CloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override async Task DropAsync(CancellationToken cancellationToken)
        {
            await database.DropAsync(cancellationToken);
            if (sessions is not null)
            {
                await sessions.DropAsync(cancellationToken);
            }
        }
    }
}
