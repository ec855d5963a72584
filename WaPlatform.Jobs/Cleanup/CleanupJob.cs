using Hangfire;
using WaPlatform.Contracts.Cleanup;

namespace WaPlatform.Jobs.Cleanup;

/// <summary>Cleans by the clock.</summary>
internal sealed class CleanupJob(IGrainFactory grains)
{
    /// <summary>Its name in the schedule.</summary>
    public const string Id = "cleanup";

    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    public async Task RunAsync(CancellationToken cancellationToken) => await grains.GetGrain<ICleanupGrain>(0).RunAsync(dryRun: false).WaitAsync(cancellationToken);
}
