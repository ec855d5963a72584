using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>How long a device must not send: nothing at all while it can't, nothing of a priority while one of its messages waits for its next attempt.</summary>
internal sealed class SendPauses(IOptions<SendingOptions> options, TimeProvider timeProvider)
{
    private readonly Dictionary<int, (long Since, TimeSpan Length)> _lanes = [];
    private (long Since, TimeSpan Length) _all;
    private int _unavailable;

    /// <summary>Until anything can be sent; zero or less if it can now.</summary>
    public TimeSpan Left => Remaining(_all);

    /// <summary>The priorities that have to wait.</summary>
    public IReadOnlyCollection<int> Lanes()
    {
        foreach (var lane in _lanes.Where(lane => Remaining(lane.Value) <= TimeSpan.Zero).Select(lane => lane.Key).ToList())
        {
            _lanes.Remove(lane);
        }

        return _lanes.Keys;
    }

    /// <summary>Until the next of the priorities is free again; null if none has to wait.</summary>
    public TimeSpan? NextLane => _lanes.Count == 0 ? null : _lanes.Values.Min(Remaining);

    /// <summary>A message is to be tried again: what came after it in its priority waits with it, so that the order is kept.</summary>
    /// <returns>For how long.</returns>
    public TimeSpan AfterFailure(int priority, int failures)
    {
        var delay = RetryDelay.After(failures, options.Value, Random.Shared.NextDouble());
        _lanes[priority] = (timeProvider.GetTimestamp(), delay);
        return delay;
    }

    /// <summary>The device can send nothing now.</summary>
    /// <returns>For how long it is not tried.</returns>
    public TimeSpan WhileUnavailable()
    {
        var pause = RetryDelay.After(++_unavailable, options.Value, Random.Shared.NextDouble());
        _all = (timeProvider.GetTimestamp(), pause);
        return pause;
    }

    /// <summary>The device can send again.</summary>
    public void Available() => (_unavailable, _all) = (0, default);

    private TimeSpan Remaining((long Since, TimeSpan Length) pause) => pause.Length == TimeSpan.Zero ? TimeSpan.Zero : pause.Length - timeProvider.GetElapsedTime(pause.Since);
}
