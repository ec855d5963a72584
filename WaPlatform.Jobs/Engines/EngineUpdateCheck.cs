using Hangfire;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Jobs.Engines;

/// <summary>Has the feed asked for a newer engine. What follows from the answer is the hosts' to decide.</summary>
internal sealed class EngineUpdateCheck(IGrainFactory grains)
{
    /// <summary>Its name in the schedule.</summary>
    public const string Id = "engine-update-check";

    /// <summary>Asks once; the next check tries again.</summary>
    /// <exception cref="PlatformException">The feed can't be used.</exception>
    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IEnginesGrain>(0).CheckAsync().WaitAsync(cancellationToken);
            return "The feed was asked.";
        }
        catch (PlatformException unmanaged) when (unmanaged.Code == ErrorCode.EngineUnmanaged)
        {
            return unmanaged.Detail;
        }
    }
}
