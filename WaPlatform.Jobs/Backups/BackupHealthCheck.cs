using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Backups;

namespace WaPlatform.Jobs.Backups;

/// <summary>Says whether the last backup and the last drill went well. Neither takes the platform out of service.</summary>
internal sealed class BackupHealthCheck(BackupCatalog catalog, IOptions<JobsOptions> jobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return Judge(await catalog.ListAsync(cancellationToken), isScheduled: jobs.Value.BackupCron.Length > 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Degraded($"The directory of backups can't be read: {exception.Message}");
        }
    }

    /// <param name="backups">Newest first.</param>
    internal static HealthCheckResult Judge(IReadOnlyList<BackupView> backups, bool isScheduled)
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

        if (over is [{ Content.MissingSessions.Count: > 0 and var missing } incomplete, ..])
        {
            return HealthCheckResult.Degraded($"Backup {incomplete.Id} lacks the sessions of {missing} numbers.");
        }

        return over.Count > 0 ? HealthCheckResult.Healthy($"The newest backup is {over[0].Id}.") : HealthCheckResult.Healthy(isScheduled ? "No backup was made yet." : "Backups are not scheduled.");
    }
}
