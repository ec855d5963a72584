using Hangfire;

namespace WaPlatform.Jobs.Sweeps;

/// <summary>
/// Finds what was left lying: messages that should have gone out by now, refresh tokens that nobody can use. Whatever it does may be done twice;
/// one run at a time in the whole cluster keeps it from being done for nothing.
/// </summary>
internal sealed partial class Sweep(OverdueQueues queues, ExpiredTokens tokens, TimeProvider timeProvider, ILogger<Sweep> logger)
{
    /// <summary>Its name in the schedule.</summary>
    public const string Id = "sweep";

    // Shorter than the lock that keeps a second run away; what is left is the next run's.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(50);

    /// <summary>Sweeps once; returns what it did.</summary>
    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Longest, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);

        var woken = await queues.WakeAsync(either.Token);
        var removed = await tokens.RemoveAsync(either.Token);
        if (woken.Failed > 0)
        {
            Log.NotWoken(logger, woken.Failed, woken.FirstFailure);
        }

        if (woken.Devices > 0 || removed > 0)
        {
            Log.Swept(logger, woken.Devices, woken.Rebuilt, removed);
        }

        return $"Devices woken: {woken.Devices}; not to be woken: {woken.Failed}; expired tokens removed: {removed}.";
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Woke {Devices} devices with overdue messages ({Rebuilt} of them to look through their queues anew); removed {Tokens} expired refresh tokens.")]
        public static partial void Swept(ILogger logger, int devices, int rebuilt, int tokens);

        [LoggerMessage(2, LogLevel.Warning, "{Devices} devices with overdue messages could not be woken ({Cause}); the next sweep tries again.")]
        public static partial void NotWoken(ILogger logger, int devices, string? cause);
    }
}
