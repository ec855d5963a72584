using System.Net;
using Microsoft.AspNetCore.Connections;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// Lets the listening socket be closed while the connections live on: Kestrel's own stop would close the idle ones and those that have sent
/// nothing yet, and it is exactly them that gowa waits for.
/// </summary>
internal sealed class ClosableListeners(IConnectionListenerFactory inner, ConnectionTracker tracker, TimeProvider time) : IConnectionListenerFactory
{
    // What the kernel has taken and nobody has accepted yet would be reset by the close; Go's accept loop leaves next to nothing there.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(10);

    private readonly List<IConnectionListener> _listeners = [];

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await inner.BindAsync(endpoint, cancellationToken);
        _listeners.Add(listener);
        return new TrackedListener(listener, tracker);
    }

    public async Task CloseAsync()
    {
        await Task.Delay(AcceptPause, time, CancellationToken.None);
        foreach (var listener in _listeners)
        {
            await listener.UnbindAsync(CancellationToken.None);
        }
    }

    /// <summary>Where the first listener really listens; tells the port when 0 was asked for.</summary>
    public IPEndPoint Bound => (IPEndPoint)_listeners[0].EndPoint;

    private sealed class TrackedListener(IConnectionListener inner, ConnectionTracker tracker) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            var connection = await inner.AcceptAsync(cancellationToken);
            if (connection is not null)
            {
                tracker.Accept(connection);
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
