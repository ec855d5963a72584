using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Decides from the facts alone whether and when an ended engine is started again.</summary>
internal static class RestartPolicy
{
    /// <param name="reason">Why the last process ended.</param>
    /// <param name="recentExits">Unasked ends within <see cref="SupervisionOptions.RestartWindow"/>, the last one included.</param>
    /// <param name="jitter">0 to 1: spreads the restarts of many devices that failed together.</param>
    /// <returns>How long to wait before the next start, or null to give up.</returns>
    public static TimeSpan? Decide(DeviceReason reason, int recentExits, double jitter, SupervisionOptions options)
    {
        if (recentExits > options.MaxExitsInWindow)
        {
            return null;
        }

        var first = reason == DeviceReason.StreamReplaced ? options.StreamReplacedDelay : options.FirstRestartDelay;
        var seconds = first.TotalSeconds * Math.Pow(2, Math.Max(0, recentExits - 1));
        return TimeSpan.FromSeconds(Math.Min(seconds, options.MaxRestartDelay.TotalSeconds) * (0.8 + (0.4 * jitter)));
    }
}

/// <summary>Counts ends of a process within a sliding time; a process that stays up lets old ends fall out of it.</summary>
internal sealed class ExitWindow(TimeSpan window, TimeProvider timeProvider)
{
    private readonly Queue<long> _exits = new();

    /// <returns>The number of ends within the window, this one included.</returns>
    public int Add()
    {
        _exits.Enqueue(timeProvider.GetTimestamp());
        while (timeProvider.GetElapsedTime(_exits.Peek()) > window)
        {
            _exits.Dequeue();
        }

        return _exits.Count;
    }

    public void Clear() => _exits.Clear();
}
