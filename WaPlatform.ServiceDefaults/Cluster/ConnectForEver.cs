using Microsoft.Extensions.Logging;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>Lets a client that starts before the first silo wait for it.</summary>
internal sealed partial class ConnectForEver(ClusterWait wait, TimeProvider timeProvider, ILogger<ConnectForEver> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private TimeSpan _delay = FirstDelay;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        await wait.BeginAsync(cancellationToken);
        Log.NoSilo(logger, _delay.TotalSeconds, exception.Message);
        await Task.Delay(_delay, timeProvider, cancellationToken);
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, LongestDelay.Ticks));
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No host of the cluster answers; next attempt in {Seconds} s. {Reason}")]
        public static partial void NoSilo(ILogger logger, double seconds, string reason);
    }
}
