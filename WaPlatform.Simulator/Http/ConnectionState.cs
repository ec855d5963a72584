namespace WaPlatform.Simulator.Http;

/// <summary>Where a TCP connection stands, for the drain at shutdown (real.md §3.1.8).</summary>
internal sealed class ConnectionState
{
    private volatile bool _busy = true;
    private volatile bool _upgraded;
    private long _idleSince;

    /// <summary>True until the first request is complete, and while one is handled: the drain waits for it.</summary>
    public bool IsBusy => _busy && !_upgraded;

    /// <summary>A keep-alive connection between requests: the drain closes it.</summary>
    public bool IsIdle => !_busy && !_upgraded;

    /// <summary>When the last answer was complete, by the clock's timestamps. It may still be on its way through the socket then.</summary>
    public long IdleSince => Volatile.Read(ref _idleSince);

    public static ConnectionState? Of(HttpContext context) => context.Features.Get<ConnectionState>();

    public void Begin() => _busy = true;

    public void End(long timestamp)
    {
        Volatile.Write(ref _idleSince, timestamp);
        _busy = false;
    }

    /// <summary>A websocket: the drain does not see it any more.</summary>
    public void Upgrade() => _upgraded = true;
}
