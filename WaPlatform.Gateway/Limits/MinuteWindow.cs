namespace WaPlatform.Gateway.Limits;

/// <summary>Lets so many through in any minute. Counted by seconds, so that it can say when the next one has its turn.</summary>
internal sealed class MinuteWindow
{
    private const int Seconds = 60;

    private readonly Lock _lock = new();
    private readonly int[] _taken = new int[Seconds];
    private readonly int _limit;
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private long _newest;
    private int _total;

    public MinuteWindow(int limit, TimeProvider timeProvider)
    {
        _limit = limit;
        _timeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
    }

    /// <summary>Nothing was taken within the last minute.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                Advance();
                return _total == 0;
            }
        }
    }

    /// <returns>Null if one was taken, else how long it is until the next one can be; at most a minute.</returns>
    public TimeSpan? Take()
    {
        lock (_lock)
        {
            var now = Advance();
            if (_total < _limit)
            {
                _taken[_newest % Seconds]++;
                _total++;
                return null;
            }

            // The first second that anything was taken in leaves the window a minute after it began.
            var oldest = Math.Max(0, _newest - Seconds + 1);
            while (oldest < _newest && _taken[oldest % Seconds] == 0)
            {
                oldest++;
            }

            return TimeSpan.FromSeconds(oldest + Seconds) - now;
        }
    }

    /// <summary>As if the last one had not been taken.</summary>
    public void GiveBack()
    {
        lock (_lock)
        {
            Advance();
            for (var second = _newest; _total > 0 && second > _newest - Seconds && second >= 0; second--)
            {
                if (_taken[second % Seconds] > 0)
                {
                    _taken[second % Seconds]--;
                    _total--;
                    return;
                }
            }
        }
    }

    private TimeSpan Advance()
    {
        var now = _timeProvider.GetElapsedTime(_start);
        var second = (long)now.TotalSeconds;
        for (var passed = Math.Min(second - _newest, Seconds); passed > 0; passed--)
        {
            ref var slot = ref _taken[(second - passed + 1) % Seconds];
            _total -= slot;
            slot = 0;
        }

        _newest = second;
        return now;
    }
}
