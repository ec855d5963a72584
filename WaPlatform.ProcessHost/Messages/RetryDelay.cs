namespace WaPlatform.ProcessHost.Messages;

/// <summary>Decides how long to wait before an attempt is made again.</summary>
internal static class RetryDelay
{
    /// <param name="failures">How many attempts failed, from 1.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(int failures, SendingOptions options, double random)
    {
        var seconds = Math.Min(options.FirstRetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)), options.LongestRetryDelay.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * random)));
    }
}
