using System.Linq.Expressions;
using Hangfire.Common;
using Microsoft.Extensions.Options;
using WaPlatform.Jobs.Backups;
using WaPlatform.Jobs.Cleanup;
using WaPlatform.Jobs.Engines;
using WaPlatform.Jobs.Events;
using WaPlatform.Jobs.Sweeps;

namespace WaPlatform.Jobs.Schedule;

/// <summary>A job that recurs.</summary>
/// <param name="Cron">Empty = it runs on demand only.</param>
internal sealed record PlannedJob(string Name, string Cron, Job Job);

/// <summary>All jobs that recur. Each says in its outcome what it did.</summary>
internal sealed class JobPlan(IOptions<JobsOptions> options)
{
    public IReadOnlyList<PlannedJob> Jobs { get; } =
    [
        Plan<Sweep>(Sweep.Id, job => job.RunAsync(CancellationToken.None), options.Value.SweepCron),
        Plan<JournalRetention>(JournalRetention.Id, job => job.RunAsync(CancellationToken.None), options.Value.JournalCron),
        Plan<EngineUpdateCheck>(EngineUpdateCheck.Id, job => job.RunAsync(CancellationToken.None), options.Value.UpdateCheckCron),
        Plan<BackupJob>(BackupJob.BackupId, job => job.BackUpAsync(CancellationToken.None), options.Value.BackupCron),
        Plan<BackupJob>(BackupJob.DrillId, job => job.DrillAsync(CancellationToken.None), options.Value.DrillCron),
        Plan<CleanupJob>(CleanupJob.Id, job => job.RunAsync(CancellationToken.None), options.Value.CleanupCron),
    ];

    /// <summary>The job that a run is one of; null for what was planned by an earlier version.</summary>
    public PlannedJob? Of(Job run) => Jobs.FirstOrDefault(job => job.Job.Type == run.Type && job.Job.Method == run.Method);

    private static PlannedJob Plan<T>(string name, Expression<Func<T, Task<string>>> run, string cron) =>
        new(name, cron, new Job(typeof(T), ((MethodCallExpression)run.Body).Method, CancellationToken.None));
}
