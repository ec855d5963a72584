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

    /// <summary>The backup of the whole platform. Empty = only on demand.</summary>
    public string BackupCron { get; set; } = "0 3 * * *";

    /// <summary>The restore drill with the newest backup. Empty = never.</summary>
    public string DrillCron { get; set; } = "0 5 * * 0";

    /// <summary>The cleanup of what is past its time. Empty = only on demand.</summary>
    public string CleanupCron { get; set; } = "30 4 * * *";

    internal static void ApplyOriginalNames(JobsOptions options, IConfiguration configuration)
    {
        options.UpdateCheckCron = configuration["UPDATE_CHECK_CRON"] is { Length: > 0 } cron ? cron : options.UpdateCheckCron;
        options.BackupCron = configuration["BACKUP_SCHEDULE"] is { Length: > 0 } schedule ? schedule : options.BackupCron;
        options.BackupCron = string.Equals(configuration["BACKUP_ENABLED"], "false", StringComparison.OrdinalIgnoreCase) ? "" : options.BackupCron;
    }
}

/// <summary>Has Hangfire itself read the expressions: it is the one that must understand them.</summary>
internal sealed class JobsOptionsValidator : IValidateOptions<JobsOptions>
{
    public ValidateOptionsResult Validate(string? name, JobsOptions options)
    {
        List<string> wrong =
        [
            .. Check(nameof(JobsOptions.SweepCron), options.SweepCron, mayBeEmpty: false),
            .. Check(nameof(JobsOptions.JournalCron), options.JournalCron, mayBeEmpty: false),
            .. Check(nameof(JobsOptions.UpdateCheckCron), options.UpdateCheckCron, mayBeEmpty: false),
            .. Check(nameof(JobsOptions.BackupCron), options.BackupCron, mayBeEmpty: true),
            .. Check(nameof(JobsOptions.DrillCron), options.DrillCron, mayBeEmpty: true),
            .. Check(nameof(JobsOptions.CleanupCron), options.CleanupCron, mayBeEmpty: true),
        ];
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Check(string option, string cron, bool mayBeEmpty) =>
        (mayBeEmpty && cron.Length == 0) || IsCron(cron) ? [] : [$"Jobs:{option} is '{cron}', which is no cron expression. Example: * * * * *"];

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
