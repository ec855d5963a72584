using WaPlatform.Contracts.Hosts;

namespace WaPlatform.Contracts.Backups;

/// <summary>
/// The one that makes, keeps and restores backups (singleton, key 0), where the archives are. One operation at a time: another is refused with BACKUP_BUSY.
/// Refusals are <see cref="Faults.PlatformException"/>s with a code of the public API.
/// </summary>
[Alias("WaPlatform.IBackupGrain")]
public interface IBackupGrain : IGrainWithIntegerKey
{
    /// <summary>All backups, newest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<BackupView>> ListAsync();

    /// <summary>Fault: BACKUP_NOT_FOUND.</summary>
    [Alias("Get")]
    Task<BackupView> GetAsync(string id);

    /// <summary>Begins a backup and returns at once. Fault: BACKUP_BUSY.</summary>
    [Alias("Create")]
    Task<BackupView> CreateAsync(BackupTrigger trigger);

    /// <summary>A piece of the archive; empty at its end. Fault: BACKUP_NOT_FOUND.</summary>
    [Alias("Read")]
    Task<byte[]> ReadAsync(string id, long offset, int count);

    /// <summary>
    /// Reads and checks all of an archive. Returns when that is done, or goes on without the caller after <paramref name="patience"/>.
    /// Faults: BACKUP_NOT_FOUND, BACKUP_BUSY, BACKUP_CORRUPT, BACKUP_PASSPHRASE.
    /// </summary>
    /// <param name="passphrase">Null = the configured one.</param>
    [Alias("Verify"), ResponseTimeout("00:01:30")]
    Task<BackupView> VerifyAsync(string id, string? passphrase, TimeSpan patience);

    /// <summary>
    /// Begins to restore. Returns once the archive was checked, or goes on without the caller after <paramref name="patience"/>. Nothing is changed before all of it was checked.
    /// Faults: BACKUP_NOT_FOUND, BACKUP_BUSY, BACKUP_CORRUPT, BACKUP_PASSPHRASE, RESTORE_REFUSED, DEVICE_NOT_FOUND (not in the backup).
    /// </summary>
    /// <param name="device">Digits of the only number to restore; null = the whole platform.</param>
    [Alias("Restore"), ResponseTimeout("00:01:30")]
    Task<BackupView> RestoreAsync(string id, string? device, string? passphrase, TimeSpan patience);

    /// <summary>Begins a drill with the newest backup. Null if there is none. Fault: BACKUP_BUSY.</summary>
    [Alias("Drill")]
    Task<BackupView?> DrillAsync();

    /// <summary>For the owner of a device that is being restored: its session files.</summary>
    [Alias("ReadStagedSession")]
    IAsyncEnumerable<SessionPart> ReadStagedSessionAsync(string device);

    /// <summary>For the owner of a device that is being restored, whose engine has ended: puts its session's schema into PostgreSQL.</summary>
    [Alias("RestoreSessionSchema"), ResponseTimeout("00:05:00")]
    Task RestoreSessionSchemaAsync(string device);
}
