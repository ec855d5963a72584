using System.Net;
using Microsoft.AspNetCore.Connections;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// Lets the listening socket be closed while the connections live on: Kestrel's own stop would close the idle ones and those that have sent
/// nothing yet, and it is exactly them that gowa waits for.
/// </summary>
internal sealed class ClosableListeners(IConnectionListenerFactory inner) : IConnectionListenerFactory
{
    private readonly List<IConnectionListener> _listeners = [];

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await inner.BindAsync(endpoint, cancellationToken);
        _listeners.Add(listener);
        return listener;
    }

    public async Task CloseAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.UnbindAsync(CancellationToken.None);
        }
    }

    /// <summary>Where the first listener really listens; tells the port when 0 was asked for.</summary>
    public IPEndPoint Bound => (IPEndPoint)_listeners[0].EndPoint;
}
