using Hangfire;
using WaPlatform.Contracts.Cleanup;
using WaPlatform.Jobs.Schedule;

namespace WaPlatform.Jobs.Cleanup;

/// <summary>Cleans by the clock.</summary>
internal sealed class CleanupJob(IGrainFactory grains)
{
    /// <summary>Its name in the schedule.</summary>
    public const string Id = "cleanup";

    /// <summary>Cleans; returns what went.</summary>
    /// <exception cref="JobFailedException">A part could not be cleaned; the others were.</exception>
    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var report = await grains.GetGrain<ICleanupGrain>(0).RunAsync(dryRun: false).WaitAsync(cancellationToken);
        var removed = $"Files and rows removed: {report.Items}; bytes: {report.Bytes}.";
        var failures = report.Parts.Where(part => part.Error is not null).Select(part => $"{part.Name}: {part.Error}").ToList();
        return failures.Count == 0 ? removed : throw new JobFailedException($"{removed} Not cleaned: {string.Join(' ', failures)}");
    }
}
