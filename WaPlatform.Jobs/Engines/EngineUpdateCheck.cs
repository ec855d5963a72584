using Hangfire;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Jobs.Engines;

/// <summary>Has the feed asked for a newer engine. What follows from the answer is the hosts' to decide.</summary>
internal sealed partial class EngineUpdateCheck(IGrainFactory grains, ILogger<EngineUpdateCheck> logger)
{
    /// <summary>Its name in the schedule.</summary>
    public const string Id = "engine-update-check";

    /// <summary>Asks once.</summary>
    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IEnginesGrain>(0).CheckAsync().WaitAsync(cancellationToken);
        }
        catch (PlatformException unmanaged) when (unmanaged.Code == ErrorCode.EngineUnmanaged)
        {
            // Somebody else looks after the engine.
        }
        catch (PlatformException failed)
        {
            Log.NotAnswered(logger, failed.Detail);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The feed was not asked for a newer engine; the next check tries again. {Why}")]
        public static partial void NotAnswered(ILogger logger, string why);
    }
}
