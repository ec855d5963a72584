using Hangfire;
using Hangfire.Common;
using Hangfire.InMemory;
using Microsoft.Extensions.Options;

namespace WaPlatform.Jobs;

/// <summary>When the recurring jobs run. Cron expressions of five fields (or six, with seconds first), in UTC.</summary>
public sealed class JobsOptions
{
    public const string SectionName = "Jobs";

    /// <summary>The sweep, which wakes the owners of overdue messages and removes expired refresh tokens.</summary>
    public string SweepCron { get; set; } = "* * * * *";

    /// <summary>The removal of old events, section <c>Events</c> says which.</summary>
    public string JournalCron { get; set; } = "*/10 * * * *";

    /// <summary>The question whether there is a newer engine. UPDATE_CHECK_CRON wins (api.md §9).</summary>
    public string UpdateCheckCron { get; set; } = "0 2 * * *";

    internal static void Apply(JobsOptions options, IConfiguration configuration) =>
        options.UpdateCheckCron = configuration["UPDATE_CHECK_CRON"] is { Length: > 0 } cron ? cron : options.UpdateCheckCron;
}

/// <summary>Has Hangfire itself read the expressions: it is the one that must understand them.</summary>
internal sealed class JobsOptionsValidator : IValidateOptions<JobsOptions>
{
    public ValidateOptionsResult Validate(string? name, JobsOptions options)
    {
        var failures = Crons(options).Where(job => !IsCron(job.Cron))
            .Select(job => $"Jobs:{job.Name} is '{job.Cron}', which is no cron expression. Example: * * * * *").ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<(string Name, string Cron)> Crons(JobsOptions options) =>
    [
        (nameof(options.SweepCron), options.SweepCron),
        (nameof(options.JournalCron), options.JournalCron),
        (nameof(options.UpdateCheckCron), options.UpdateCheckCron),
    ];

    private static bool IsCron(string expression)
    {
        try
        {
            using var storage = new InMemoryStorage();
            new RecurringJobManager(storage).AddOrUpdate("check", Job.FromExpression(() => Nothing()), expression, new RecurringJobOptions());
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public static void Nothing()
    {
        // Never runs: a job must have a method.
    }
}
