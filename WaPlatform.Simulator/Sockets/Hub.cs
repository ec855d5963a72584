using System.Net.WebSockets;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Output;

namespace WaPlatform.Simulator.Sockets;

/// <summary>
/// gowa's websocket hub: everything goes to everyone, one write after the other without a deadline, so a reader that stalls holds up every
/// broadcast, and with it logouts and new sockets (gowa contract §5).
/// </summary>
internal sealed class Hub(GoLog log, Hearing hearing) : IDisposable
{
    private readonly SemaphoreSlim _loop = new(1, 1);
    private readonly HashSet<WebSocket> _sockets = [];

    public async Task RegisterAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        await _loop.WaitAsync(cancellationToken);
        _sockets.Add(socket);
        log.Info("connection registered");
        _loop.Release();
    }

    public async Task UnregisterAsync(WebSocket socket)
    {
        await _loop.WaitAsync(CancellationToken.None);
        if (_sockets.Remove(socket))
        {
            log.Info("connection unregistered");
        }

        _loop.Release();
    }

    public async Task BroadcastAsync(string code, string message, JsonNode? result, CancellationToken cancellationToken)
    {
        if (hearing.Deafness == Deafness.Events)
        {
            return;
        }

        var frame = GoJson.ToBytes(GoJson.Struct(("code", code), ("message", message), ("result", result)));
        await _loop.WaitAsync(cancellationToken);
        try
        {
            log.Info($"message received: {{{code} {message} {(result is null ? "<nil>" : GoJson.ToText(result))}}}");
            foreach (var socket in _sockets.ToList())
            {
                try
                {
                    await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }
                catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or IOException or InvalidOperationException)
                {
                    _sockets.Remove(socket);
                }
            }
        }
        finally
        {
            _loop.Release();
        }
    }

    public void Dispose() => _loop.Dispose();
}
