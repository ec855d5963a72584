using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Backups;
using WaPlatform.Jobs.Schedule;

namespace WaPlatform.Jobs.Backups;

/// <summary>Says whether backups are made, and whether the last one and the last drill went well. Neither takes the platform out of service.</summary>
internal sealed class BackupHealthCheck(BackupCatalog catalog, IOptions<JobsOptions> jobs, TimeProvider timeProvider) : IHealthCheck
{
    // For the second backup that is due to be made.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private Tuple<DateTimeOffset, DateTimeOffset?>? _fresh;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var backups = await catalog.ListAsync(cancellationToken);
            return Judge(backups, isScheduled: jobs.Value.BackupCron.Length > 0, isOverdue: IsOverdue(backups));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Degraded($"The directory of backups can't be read: {exception.Message}");
        }
    }

    /// <param name="backups">Newest first.</param>
    /// <param name="isOverdue">None was made for two periods of the schedule.</param>
    internal static HealthCheckResult Judge(IReadOnlyList<BackupView> backups, bool isScheduled, bool isOverdue)
    {
        var over = backups.Where(backup => backup.State != BackupState.Running).ToList();
        if (over is [{ State: BackupState.Failed } failed, ..])
        {
            return HealthCheckResult.Degraded($"Backup {failed.Id} failed: {failed.Error?.Detail}");
        }

        if (over.Where(backup => backup.Drill is not null).MaxBy(backup => backup.Drill!.At) is { Drill: { Succeeded: false } drill } drilled)
        {
            return HealthCheckResult.Degraded($"The drill with backup {drilled.Id} failed: {drill.Error?.Detail}");
        }

        if (isOverdue)
        {
            return HealthCheckResult.Degraded($"The newest backup is {over[0].Id}: those that were due since were not made.");
        }

        if (over is [{ Content.MissingSessions.Count: > 0 and var missing } incomplete, ..])
        {
            return HealthCheckResult.Degraded($"Backup {incomplete.Id} lacks the sessions of {missing} numbers.");
        }

        return over.Count > 0 ? HealthCheckResult.Healthy($"The newest backup is {over[0].Id}.") : HealthCheckResult.Healthy(isScheduled ? "No backup was made yet." : "Backups are not scheduled.");
    }

    /// <summary>Until when a backup is new enough; null = for good.</summary>
    internal static DateTimeOffset? FreshUntil(string cron, DateTimeOffset newest) =>
        cron.Length > 0 && CronExpression.Next(cron, newest) is { } first && CronExpression.Next(cron, first) is { } second ? second + Patience : null;

    // A new installation has none, or one that was brought there to be restored.
    private bool IsOverdue(IReadOnlyList<BackupView> backups)
    {
        if (backups.FirstOrDefault(backup => backup is { State: BackupState.Completed, Trigger: not BackupTrigger.Import }) is not { CreatedAt: var newest })
        {
            return false;
        }

        // Checks come often and beside one another; the schedule is read for each backup once.
        var fresh = _fresh is { } known && known.Item1 == newest ? known : _fresh = Tuple.Create(newest, FreshUntil(jobs.Value.BackupCron, newest));
        return timeProvider.GetUtcNow() > fresh.Item2;
    }
}
