using WaPlatform.Contracts.Backups;

namespace WaPlatform.Jobs.Backups;

/// <summary>Decides which backups go.</summary>
internal static class Retention
{
    // Long enough for somebody to see why they failed.
    private static readonly TimeSpan KeepFailed = TimeSpan.FromDays(7);

    /// <param name="keep">How many complete ones are kept at most. The newest is kept whatever its age.</param>
    public static IEnumerable<BackupView> Choose(IReadOnlyList<BackupView> backups, int keep, TimeSpan maxAge, DateTimeOffset now)
    {
        var complete = backups.Where(backup => backup.State == BackupState.Completed).OrderByDescending(backup => backup.Id, StringComparer.Ordinal).ToList();
        var outdated = complete.Skip(keep).Concat(complete.Skip(1).Take(Math.Max(0, keep - 1)).Where(backup => backup.CreatedAt < now - maxAge));
        return outdated.Where(backup => backup.Operation is not { State: BackupOperationState.Running })
            .Concat(backups.Where(backup => backup.State == BackupState.Failed && backup.CreatedAt < now - KeepFailed));
    }
}
