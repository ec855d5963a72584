using WaPlatform.Data;
using WaPlatform.Data.Sqlite;
using WaPlatform.Jobs.Backups.Archive;

namespace WaPlatform.Jobs.Backups.Database;

/// <summary>The platform's database, as backups see it.</summary>
internal abstract class PlatformDatabase
{
    /// <summary>As the manifest names it.</summary>
    public abstract string Provider { get; }

    /// <summary>All migrations that this version has, oldest first.</summary>
    public abstract IEnumerable<string> Migrations { get; }

    public static PlatformDatabase From(IConfiguration configuration, BackupOptions options)
    {
        var connectionString = configuration.GetConnectionString("wadb") ?? throw new InvalidOperationException("ConnectionStrings:wadb is not set.");
        return SqliteWaDatabase.Recognizes(connectionString)
            ? new SqlitePlatformDatabase(connectionString, configuration, options)
            : new PostgresPlatformDatabase(connectionString, configuration, options);
    }

    /// <summary>Whether hosts go on with the database that a restore would put another in the place of.</summary>
    public abstract Task<bool> IsInUseAsync(CancellationToken cancellationToken);

    /// <summary>Puts the database as it is at one moment, and what is kept in other databases, into an archive.</summary>
    /// <param name="scratch">For files on their way.</param>
    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_UNAVAILABLE.</exception>
    public abstract Task<DatabaseFacts> CopyAsync(ArchiveWriter archive, string scratch, CancellationToken cancellationToken);

    /// <summary>Makes a database of an archive's, beside the platform's own, which stays as it is.</summary>
    /// <param name="extracted">Full path of a member of the archive; null if it is not in it.</param>
    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_UNAVAILABLE, BACKUP_CORRUPT.</exception>
    public abstract Task<StagedDatabase> StageAsync(Func<string, string?> extracted, CancellationToken cancellationToken);
}

/// <summary>A restored database that nobody uses yet.</summary>
internal abstract class StagedDatabase
{
    /// <summary>What is to change places with what when it is put to use.</summary>
    public abstract IReadOnlyList<Restore.Swap> Swaps { get; }

    /// <summary>A context on it.</summary>
    public abstract WaDbContext Open();

    /// <summary>Nobody has it open any more.</summary>
    public abstract Task CloseAsync(CancellationToken cancellationToken);

    /// <summary>Removes it. Idempotent.</summary>
    public abstract Task DropAsync(CancellationToken cancellationToken);
}
