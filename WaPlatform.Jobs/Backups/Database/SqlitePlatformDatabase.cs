using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Sqlite;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Restore;

namespace WaPlatform.Jobs.Backups.Database;

/// <summary>One SQLite file. Sessions may be in PostgreSQL all the same.</summary>
internal sealed class SqlitePlatformDatabase(string connectionString, IConfiguration configuration, BackupOptions options) : PlatformDatabase
{
    private readonly string _file = Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);
    private readonly PostgresServer? _sessions = PostgresServer.OfSessions(configuration, options);

    public override string Provider => "sqlite";

    public override IEnumerable<string> Migrations
    {
        get
        {
            using var db = Context(_file);
            return db.Database.GetMigrations();
        }
    }

    // Whoever uses it holds the data directory.
    public override Task<bool> IsInUseAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public override async Task<DatabaseFacts> CopyAsync(ArchiveWriter archive, string scratch, CancellationToken cancellationToken)
    {
        if (_sessions is not null)
        {
            await _sessions.DumpAsync(archive, ArchiveName.PostgresSessions, scratch, snapshot: null, cancellationToken);
        }

        var copy = Path.Combine(scratch, "waplatform.db");
        try
        {
            await Task.Run(() => SqliteCopy.Make(_file, copy), cancellationToken);
            DatabaseFacts facts;
            await using (var db = Context(copy))
            {
                facts = await DatabaseFacts.ReadAsync(db, cancellationToken);
            }

            await archive.AddFileAsync(ArchiveName.SqliteDatabase, copy, cancellationToken);
            return facts;
        }
        finally
        {
            File.Delete(copy);
        }
    }

    public override async Task<StagedDatabase> StageAsync(Func<string, string?> extracted, CancellationToken cancellationToken)
    {
        var file = extracted(ArchiveName.SqliteDatabase) ?? throw ArchiveFaults.Corrupt("it has no database");
        if (await Task.Run(() => SqliteCopy.FindDamage(file), cancellationToken) is { } damage)
        {
            throw ArchiveFaults.Corrupt($"its database is not sound ({damage})");
        }

        var sessions = _sessions is not null && extracted(ArchiveName.PostgresSessions) is { } dump ? await _sessions.StageAsync(dump, cancellationToken) : null;
        return new Staged(file, _file, sessions);
    }

    private static SqliteWaDbContext Context(string file)
    {
        var context = new DbContextOptionsBuilder<SqliteWaDbContext>();
        SqliteWaDatabase.Configure(context, SqliteCopy.ConnectionString(file, SqliteOpenMode.ReadWrite));
        return new SqliteWaDbContext(context.Options);
    }

    private sealed class Staged(string file, string target, StagedPostgres? sessions) : StagedDatabase
    {
        // The old one's log must not be taken for the new one's.
        public override IReadOnlyList<Swap> Swaps =>
            [new FileSwap(null, $"{target}-wal"), new FileSwap(null, $"{target}-shm"), new FileSwap(file, target), .. sessions is null ? (Swap[])[] : [sessions.Swap]];

        public override WaDbContext Open() => Context(file);

        public override async Task CloseAsync(CancellationToken cancellationToken)
        {
            // Into one file again, which can be moved.
            await using (var db = Open())
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = DELETE", cancellationToken);
            }

            File.Delete($"{file}.migrating");
        }

        public override Task DropAsync(CancellationToken cancellationToken)
        {
            File.Delete(file);
            return sessions?.DropAsync(cancellationToken) ?? Task.CompletedTask;
        }
    }
}
