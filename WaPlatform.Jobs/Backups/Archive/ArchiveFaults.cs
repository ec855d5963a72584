using WaPlatform.Contracts.Faults;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>What may be wrong with an archive.</summary>
internal static class ArchiveFaults
{
    public static PlatformException Corrupt(string what) => new(ErrorCode.BackupCorrupt, $"The archive is damaged: {what}. Nothing was changed.");

    public static PlatformException NoPassphrase() =>
        new(ErrorCode.BackupPassphrase, "The archive is encrypted. Give its passphrase. Nothing was changed.");

    public static PlatformException WrongPassphrase() =>
        new(ErrorCode.BackupPassphrase, "The passphrase is not that of the archive, or the archive's first bytes are damaged. Nothing was changed.");
}
