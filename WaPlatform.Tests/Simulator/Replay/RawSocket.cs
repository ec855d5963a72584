using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>What a socket saw, in the recording's words: text, pong, close (code and reason) or EOF.</summary>
internal sealed record SocketEvent(string Kind, string Text)
{
    public static readonly SocketEvent End = new("EOF", "");

    /// <summary>The recording's word for "nothing came".</summary>
    public bool IsNothing => Kind == "timeout";
}

/// <summary>A websocket without manners: it can send what a library would refuse, and shows the end of a connection as it comes.</summary>
internal sealed class RawSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _connection = new();
    private readonly Queue<SocketEvent> _early = new();

    /// <summary>Shakes hands; where that succeeds the socket is one that broadcasts reach when this returns.</summary>
    public static async Task<(RawSocket Socket, RawResponse Response)> OpenAsync(
        Uri address, string path, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var socket = new RawSocket();
        await socket._connection.ConnectAsync(address.Host, address.Port, cancellationToken);
        var stream = socket._connection.GetStream();
        var key = KeyValuePair.Create("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        await stream.WriteAsync(RawHttp.Request(address, "GET", path, [.. headers, key], null), cancellationToken);

        var response = (await RawHttp.ReadResponseAsync(stream, hasBody: true, cancellationToken))!;
        if (response.Status == 101)
        {
            await socket.RegisteredAsync(cancellationToken);
        }

        return (socket, response);
    }

    public Task TextAsync(string text, CancellationToken cancellationToken) => SendAsync(1, Encoding.UTF8.GetBytes(text), cancellationToken);

    public Task BinaryAsync(byte[] data, CancellationToken cancellationToken) => SendAsync(2, data, cancellationToken);

    public Task PingAsync(string text, CancellationToken cancellationToken) => SendAsync(9, Encoding.UTF8.GetBytes(text), cancellationToken);

    public Task CloseAsync(int code, CancellationToken cancellationToken)
    {
        var payload = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        return SendAsync(8, payload, cancellationToken);
    }

    public async Task<SocketEvent> ReceiveAsync(CancellationToken cancellationToken) =>
        _early.TryDequeue(out var early) ? early : await NextAsync(cancellationToken);

    /// <summary>Nothing was sent to this socket: the answer to a ping is the next thing that comes.</summary>
    public async Task<SocketEvent> NothingAsync(CancellationToken cancellationToken)
    {
        await PingAsync("barrier", cancellationToken);
        var next = await ReceiveAsync(cancellationToken);
        return next == new SocketEvent("pong", "barrier") ? new SocketEvent("timeout", "") : next;
    }

    public void Dispose() => _connection.Dispose();

    // The 101 leaves before the hub knows the socket, as with the real binary; only a socket that it knows is read, and so answers a ping.
    private async Task RegisteredAsync(CancellationToken cancellationToken)
    {
        await PingAsync("registered", cancellationToken);
        SocketEvent next;
        while ((next = await NextAsync(cancellationToken)) != new SocketEvent("pong", "registered"))
        {
            _early.Enqueue(next);
            if (next == SocketEvent.End)
            {
                return;
            }
        }
    }

    private async Task<SocketEvent> NextAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await ReadFrameAsync(_connection.GetStream(), patience.Token);
        }
        catch (IOException)
        {
            return SocketEvent.End;
        }
    }

    private static async Task<SocketEvent> ReadFrameAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, cancellationToken);
        var length = (long)(head[1] & 0x7f);
        if (length >= 126)
        {
            var extended = new byte[length == 126 ? 2 : 8];
            await stream.ReadExactlyAsync(extended, cancellationToken);
            length = length == 126 ? BinaryPrimitives.ReadUInt16BigEndian(extended) : BinaryPrimitives.ReadInt64BigEndian(extended);
        }

        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload, cancellationToken);

        return (head[0] & 0x0f) switch
        {
            1 => new SocketEvent("text", Encoding.UTF8.GetString(payload)),
            2 => new SocketEvent("binary", Convert.ToHexStringLower(payload)),
            8 => new SocketEvent("close", $"{Convert.ToHexStringLower(payload.AsSpan(0, Math.Min(2, payload.Length)))} {Encoding.UTF8.GetString(payload.AsSpan(Math.Min(2, payload.Length)))}"),
            9 => new SocketEvent("ping", Encoding.UTF8.GetString(payload)),
            10 => new SocketEvent("pong", Encoding.UTF8.GetString(payload)),
            var other => new SocketEvent($"opcode {other}", ""),
        };
    }

    // A client must mask; with a mask of zeros the payload stays readable.
    private async Task SendAsync(int opcode, byte[] payload, CancellationToken cancellationToken)
    {
        byte[] frame = [(byte)(0x80 | opcode), (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload];
        await _connection.GetStream().WriteAsync(frame, cancellationToken);
    }
}
