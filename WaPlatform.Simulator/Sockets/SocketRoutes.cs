using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using WaPlatform.Simulator.Devices;
using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Sockets;

/// <summary>The websocket <c>/ws</c> (gowa contract §5, real.md §3.4).</summary>
internal static class SocketRoutes
{
    private const string Key = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static void AddSocketRoutes(this RouteTable routes, Gowa gowa) =>
        routes.Get("/ws", (context, cancellationToken) => AcceptAsync(gowa, context, cancellationToken));

    private static async Task<Answer> AcceptAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var upgrade = context.Http.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } ||
            !string.Equals(context.Header("Upgrade"), "websocket", StringComparison.OrdinalIgnoreCase) ||
            context.Header("Sec-WebSocket-Version") != "13" ||
            context.Header("Sec-WebSocket-Key") is not { Length: > 0 } key)
        {
            return Answer.Text(426, "Upgrade Required");
        }

        var headers = context.Http.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1.
        headers["Sec-WebSocket-Accept"] = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Key)));
#pragma warning restore CA5350
        ConnectionState.Of(context.Http)?.Upgrade();
        await using var stream = await upgrade.UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });

        // As in gowa the 101 is out by now: a broadcast at this moment misses the socket. Nothing of it is read before, so a pong says that it is known.
        await gowa.Hub.RegisterAsync(socket, cancellationToken);
        try
        {
            await ReadAsync(gowa, socket, gowa.Background.Stopping);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // The other side is gone, or the process is stopping.
        }

        // A stalled hub must not keep the connection's end from being seen.
        gowa.Background.Run(_ => gowa.Hub.UnregisterAsync(socket));
        return Answer.Written;
    }

    private static async Task ReadAsync(Gowa gowa, WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        using var message = new MemoryStream();
        while (true)
        {
            var frame = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (frame.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                return;
            }

            await message.WriteAsync(buffer.AsMemory(0, frame.Count), cancellationToken);
            if (!frame.EndOfMessage)
            {
                continue;
            }

            if (frame.MessageType == WebSocketMessageType.Text && !await HandleAsync(gowa, message.ToArray(), cancellationToken))
            {
                return;
            }

            message.SetLength(0);
        }
    }

    // False for what Go cannot decode into the message struct: that ends the connection.
    private static async Task<bool> HandleAsync(Gowa gowa, byte[] text, CancellationToken cancellationToken)
    {
        string code;
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Null)
            {
                return true;
            }

            if (root.ValueKind != JsonValueKind.Object || !IsText(root, "code") || !IsText(root, "message"))
            {
                return false;
            }

            code = root.TryGetProperty("code", out var value) ? value.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            return false;
        }

        if (code == "FETCH_DEVICES")
        {
            await gowa.Hub.BroadcastAsync("LIST_DEVICES", "Device found", await DeviceList.ShortAsync(gowa), cancellationToken);
        }

        return true;
    }

    private static bool IsText(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.String or JsonValueKind.Null;
}
