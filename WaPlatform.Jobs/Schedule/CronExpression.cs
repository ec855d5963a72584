using Hangfire;
using Hangfire.Common;
using Hangfire.InMemory;
using Hangfire.Storage;

namespace WaPlatform.Jobs.Schedule;

/// <summary>Cron expressions, read by Hangfire itself: it is the one that must understand them.</summary>
internal static class CronExpression
{
    public static bool IsValid(string expression)
    {
        try
        {
            Next(expression, DateTimeOffset.UnixEpoch);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The first time after another at which something is due; null if there is none any more.</summary>
    public static DateTimeOffset? Next(string expression, DateTimeOffset after)
    {
        const string Id = "next";
        using var storage = new InMemoryStorage();

        // A job that is new is due at its own second, too.
        var schedule = new RecurringJobManager(storage, JobFilterProviders.Providers, new DefaultTimeZoneResolver(), () => after.UtcDateTime.AddSeconds(1));
        schedule.AddOrUpdate(Id, Job.FromExpression(() => Nothing()), expression, new RecurringJobOptions());
        using var connection = storage.GetConnection();
        return connection.GetRecurringJobs([Id]).Single().NextExecution is { } next ? new DateTimeOffset(DateTime.SpecifyKind(next, DateTimeKind.Utc)) : null;
    }

    public static void Nothing()
    {
        // Never runs: a job must have a method.
    }
}
