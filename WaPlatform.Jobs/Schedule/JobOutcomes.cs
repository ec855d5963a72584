using System.Text.Json;
using Hangfire.Server;
using Hangfire.Storage;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Jobs;
using WaPlatform.Data;

namespace WaPlatform.Jobs.Schedule;

/// <summary>
/// Notes beside the schedule how the last run of each job went: Hangfire itself forgets a run after a day, and of a job that was asked for by hand it does not
/// know which it is. A run that is left out because another one is under way does not get here.
/// </summary>
internal sealed class JobOutcomes(JobPlan plan, TimeProvider timeProvider) : IServerFilter
{
    private const string Field = "run";
    private const string Start = "start";

    /// <summary>The last run of a job; null if none is known.</summary>
    public static JobRun? Read(IStorageConnection storage, string name) =>
        storage.GetAllEntriesFromHash(KeyOf(name))?.GetValueOrDefault(Field) is { } text ? JsonSerializer.Deserialize<JobRun>(text, WireJson.Options) : null;

    public void OnPerforming(PerformingContext context)
    {
        context.Items[Start] = timeProvider.GetTimestamp();
        Note(context, new JobRun(context.BackgroundJob.Id, timeProvider.GetUtcNow(), null, JobOutcome.Running, null));
    }

    public void OnPerformed(PerformedContext context)
    {
        if (context.Items[Field] is JobRun begun && context.Items[Start] is long start)
        {
            Note(context, begun with
            {
                DurationMs = (long)timeProvider.GetElapsedTime(start).TotalMilliseconds,
                Outcome = context.Exception is null ? JobOutcome.Succeeded : JobOutcome.Failed,
                Detail = context.Exception is null ? context.Result as string : Describe(context.Exception),
            });
        }
    }

    private void Note(PerformContext context, JobRun run)
    {
        context.Items[Field] = run;
        if (plan.Of(context.BackgroundJob.Job) is { } job)
        {
            using var transaction = context.Connection.CreateWriteTransaction();
            transaction.SetRangeInHash(KeyOf(job.Name), [KeyValuePair.Create(Field, JsonSerializer.Serialize(run, WireJson.Options))]);
            transaction.Commit();
        }
    }

    private static string KeyOf(string name) => $"waplatform-job:{name}";

    // Texts of other exceptions may name what is nobody's business; they are in the log.
    private static string Describe(Exception exception) => exception switch
    {
        JobPerformanceException { InnerException: { } inner } => Describe(inner),
        PlatformException platform => platform.Detail,
        JobFailedException failed => failed.Message,
        OperationCanceledException => "The service stopped; it runs again.",
        _ when exception.IsDatabaseUnavailable() => "The database does not answer.",
        _ => $"{exception.GetType().Name}; the log says more.",
    };
}

/// <summary>A job did not do what it is for; the text says why, and is shown to administrators.</summary>
internal sealed class JobFailedException(string message) : Exception(message);
