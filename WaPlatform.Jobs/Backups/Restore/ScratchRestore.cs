using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Sqlite;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Database;

namespace WaPlatform.Jobs.Backups.Restore;

/// <summary>The content of an archive in a place where nobody uses it: the first half of a restore, and all of a drill.</summary>
internal sealed class ScratchRestore : IAsyncDisposable
{
    private readonly string _directory;

    private ScratchRestore(string directory, StagedDatabase database) => (_directory, Database) = (directory, database);

    public StagedDatabase Database { get; }

    public string SessionsDirectory => Path.Combine(_directory, "sessions");

    public string ConfigDirectory => Path.Combine(_directory, "config");

    public string MediaDirectory => Path.Combine(_directory, "media");

    /// <summary>Whether this version of the platform, configured as it is, can go on with what a manifest tells of. Throws RESTORE_REFUSED if not.</summary>
    public static void EnsureFits(BackupManifest manifest, PlatformDatabase database, string directory)
    {
        if (manifest.Format > BackupManifest.CurrentFormat)
        {
            throw Refused("it was made by a newer version of the platform");
        }

        if (manifest.Provider != database.Provider)
        {
            throw Refused($"its database is {manifest.Provider}, and the platform's is {database.Provider}");
        }

        if (!database.Migrations.Contains(manifest.Migration))
        {
            throw Refused($"its database has a migration that this version does not know ({manifest.Migration})");
        }

        var needed = manifest.Members.Sum(member => member.Length);
        if (new DriveInfo(directory).AvailableFreeSpace is var free && free < needed)
        {
            throw new PlatformException(ErrorCode.BackupUnavailable, $"A restore needs {needed} bytes, and {directory} has {free}. Nothing was changed.");
        }
    }

    /// <summary>Extracts an archive that was checked, and makes a database of its database.</summary>
    /// <param name="directory">An empty directory.</param>
    /// <param name="device">Only this number's session, without configuration and files; null = everything.</param>
    public static async Task<ScratchRestore> MakeAsync(
        string archive, string? passphrase, BackupManifest manifest, PlatformDatabase database, string directory, string? device, CancellationToken cancellationToken)
    {
        await ArchiveReader.ExtractAsync(archive, passphrase, manifest, name => PlaceOf(name, directory, device), cancellationToken);
        return new ScratchRestore(directory, await database.StageAsync(name => PlaceOf(name, directory, device) is { } place && File.Exists(place) ? place : null, cancellationToken));
    }

    /// <summary>A dump of the archive that has the sessions' schemas; null if there is none.</summary>
    public string? FindSessionDump() =>
        new[] { ArchiveName.PostgresSessions, ArchiveName.PostgresDatabase }.Select(name => PlaceOf(name, _directory, null)!).FirstOrDefault(File.Exists);

    /// <summary>Session files of a number, by their path in its engine's working directory.</summary>
    public IReadOnlyDictionary<string, string> SessionFiles(string phoneNumber)
    {
        var home = Path.Combine(SessionsDirectory, phoneNumber);
        return Directory.Exists(home)
            ? Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(home, file).Replace('\\', '/'))
            : new Dictionary<string, string>();
    }

    /// <summary>Opens every session database; returns how many are sound. Throws BACKUP_CORRUPT for one that is not.</summary>
    public int CheckSessions()
    {
        var sound = 0;
        foreach (var file in Directory.Exists(SessionsDirectory) ? Directory.EnumerateFiles(SessionsDirectory, "*.db", SearchOption.AllDirectories) : [])
        {
            if (SqliteCopy.Recognizes(file) && SqliteCopy.FindDamage(file) is { } damage)
            {
                throw ArchiveFaults.Corrupt($"a session database is not sound ({damage})");
            }

            sound++;
        }

        return sound;
    }

    /// <summary>Brings the database to this version's schema.</summary>
    public async Task MigrateAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await using var db = Database.Open();
        await DatabaseMigrator.MigrateAsync(db, timeProvider, cancellationToken);
    }

    /// <summary>Removes everything that is still there.</summary>
    public async ValueTask DisposeAsync()
    {
        await Database.DropAsync(CancellationToken.None);
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static string? PlaceOf(string name, string directory, string? device)
    {
        var isWanted = device is null || name.StartsWith("database/", StringComparison.Ordinal) || (ArchiveName.IsSession(name, out var phoneNumber, out _) && phoneNumber == device);
        var plain = name.EndsWith(ArchiveName.Compressed, StringComparison.Ordinal) ? name[..^ArchiveName.Compressed.Length] : name;
        return isWanted ? Path.Combine([directory, .. plain.Split('/')]) : null;
    }

    private static PlatformException Refused(string why) => new(ErrorCode.RestoreRefused, $"The archive can't be restored here: {why}. Nothing was changed.");
}
