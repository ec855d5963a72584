using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Decides how long the next send of a device must wait: at most so many starts in an interval.</summary>
internal static class Pacing
{
    /// <param name="sinceStarts">How long ago the earlier sends were started, oldest first.</param>
    /// <param name="jitter">Kept on top of the interval, for a rhythm that no clock has.</param>
    public static TimeSpan Wait(IReadOnlyList<TimeSpan> sinceStarts, QueueSettings settings, TimeSpan jitter = default)
    {
        var interval = TimeSpan.FromMilliseconds(settings.IntervalMs) + jitter;
        var recent = sinceStarts.Where(age => age < interval).ToList();
        return recent.Count < settings.IntervalCap ? TimeSpan.Zero : interval - recent[^settings.IntervalCap];
    }
}
