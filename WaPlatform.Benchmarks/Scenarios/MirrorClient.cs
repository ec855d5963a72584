using System.Buffers;
using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text;
using WaPlatform.Benchmarks.Results;

namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>
/// A hub client on a WebSocket, in the room of all devices. It speaks SignalR's JSON protocol itself and looks at no more than it must: a hundred full clients would
/// cost this machine more than the gateway that is measured.
/// </summary>
internal sealed class MirrorClient : IAsyncDisposable
{
    private const byte RecordEnd = 0x1e;
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly Latencies _latencies;
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private int _frames;

    private MirrorClient(Latencies latencies) => _latencies = latencies;

    /// <summary>Frames of the engines that it has heard.</summary>
    public int Frames => Volatile.Read(ref _frames);

    /// <summary>Why it hears no more; null while it does.</summary>
    public Exception? Failure => _running.Exception?.InnerException;

    public static async Task<MirrorClient> ConnectAsync(Uri platform, string token, Latencies latencies, CancellationToken cancellationToken)
    {
        var client = new MirrorClient(latencies);
        client._socket.Options.Proxy = null;
        client._socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await client._socket.ConnectAsync(new UriBuilder(platform) { Scheme = "ws", Path = "/hubs/events" }.Uri, cancellationToken);
        await client.SendAsync("{\"protocol\":\"json\",\"version\":1}", cancellationToken);

        // {} and the end of the record.
        await client._socket.ReceiveAsync(new byte[3].AsMemory(), cancellationToken);
        client._running = Task.WhenAll(client.ReadAsync(), client.PingAsync());
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _ending.Dispose();
    }

    private async Task ReadAsync()
    {
        var received = new ArrayBufferWriter<byte>(64 * 1024);
        while (true)
        {
            var part = await _socket.ReceiveAsync(received.GetMemory(16 * 1024), _ending.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new BenchmarkException($"A hub client was closed: {_socket.CloseStatusDescription}");
            }

            received.Advance(part.Count);
            var read = Take(received.WrittenSpan);
            var rest = received.WrittenSpan[read..].ToArray();
            received.ResetWrittenCount();
            received.Write(rest);
        }
    }

    /// <returns>Bytes of whole records.</returns>
    private int Take(ReadOnlySpan<byte> bytes)
    {
        var now = Latencies.Now;
        var read = 0;
        for (var end = bytes.IndexOf(RecordEnd); end >= 0; end = bytes[read..].IndexOf(RecordEnd))
        {
            var record = bytes.Slice(read, end);
            read += end + 1;
            if (record.IndexOf("\"whatsapp-websocket-message\""u8) >= 0 && record.IndexOf("\"at\":"u8) is >= 0 and var at
                && Utf8Parser.TryParse(record[(at + 5)..], out long sentAt, out _))
            {
                _latencies.Add(now - sentAt);
                Interlocked.Increment(ref _frames);
            }
            else if (record.StartsWith("{\"type\":7"u8))
            {
                throw new BenchmarkException($"A hub client was cut off: {Encoding.UTF8.GetString(record)}");
            }
        }

        return read;
    }

    private async Task PingAsync()
    {
        using var timer = new PeriodicTimer(PingInterval);
        while (await timer.WaitForNextTickAsync(_ending.Token))
        {
            await SendAsync("{\"type\":6}", _ending.Token);
        }
    }

    private Task SendAsync(string message, CancellationToken cancellationToken) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + (char)RecordEnd), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
}
