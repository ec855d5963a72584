using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Jobs;

namespace WaPlatform.Jobs.Schedule;

/// <summary>Tells of the jobs, and has one run now. Hangfire's storage knows no asynchronous calls.</summary>
internal sealed class JobDesk(JobPlan plan, JobStorage storage)
{
    /// <summary>All jobs, with the last run of each.</summary>
    public IReadOnlyList<JobView> List()
    {
        using var connection = storage.GetConnection();
        var next = connection.GetRecurringJobs().ToDictionary(job => job.Id, job => job.NextExecution);
        return
        [
            .. plan.Jobs.Select(job => new JobView(
                job.Name,
                job.Cron.Length > 0 ? job.Cron : null,
                next.GetValueOrDefault(job.Name) is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null,
                JobOutcomes.Read(connection, job.Name))),
        ];
    }

    /// <summary>Has a job run as soon as a worker is free. Fault: JOB_NOT_FOUND.</summary>
    public JobRunRequest Run(string name)
    {
        var job = plan.Jobs.FirstOrDefault(job => job.Name == name)
            ?? throw new PlatformException(ErrorCode.JobNotFound, $"The jobs are {string.Join(", ", plan.Jobs.Select(job => job.Name))}.");
        return new JobRunRequest(job.Name, new BackgroundJobClient(storage).Create(job.Job, new EnqueuedState()));
    }
}
