using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using WaPlatform.Contracts.Events;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;

namespace WaPlatform.ProcessHost.Mirror;

/// <summary>
/// The one WebSocket between the platform and an engine process: connects as long as the process lives, again and again, and reads without
/// a pause. A reader that stalls blocks the whole engine, logout and pairing included (gowa contract §5, hub hazard).
/// </summary>
internal sealed partial class EngineSocket(
    Uri address, EngineSecrets secrets, string slotId, DeviceJournal journal, Action<EngineSignal> onSignal, MirrorMetrics metrics, TimeProvider timeProvider, ILogger logger)
{
    private const int MaxFrame = 16 * 1024 * 1024;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    // Any engine answers it (gowa contract §5). It tells nothing that the platform does not know, and costs nobody anything.
    private static readonly byte[] Question = """{"code":"FETCH_DEVICES","message":"","result":null}"""u8.ToArray();
    private const string Answer = "LIST_DEVICES";

    private volatile ClientWebSocket? _open;
    private volatile TaskCompletionSource? _asked;

    public bool IsOpen => _open is not null;

    /// <summary>Whether what the engine has to tell comes out: asks it, and waits for the answer. One question at a time.</summary>
    public async Task<bool> AnswersAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_open is not { } socket)
        {
            return false;
        }

        var asked = _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            // Without a token: a send that is canceled takes the whole connection along.
            await socket.SendAsync(Question, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(timeout, timeProvider, cancellationToken);
            await asked.Task.WaitAsync(timeout, timeProvider, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or WebSocketException or ObjectDisposedException or InvalidOperationException or IOException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _asked = null;
        }
    }

    /// <summary>Runs until <paramref name="stoppingToken"/>.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var delay = FirstDelay;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await ConnectAndReadAsync(stoppingToken))
            {
                delay = FirstDelay;
            }

            await Task.Delay(delay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
        }
    }

    private async Task<bool> ConnectAndReadAsync(CancellationToken stoppingToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", secrets.Authorization);
        socket.Options.SetRequestHeader("X-Device-Id", Uri.EscapeDataString(slotId));
        socket.Options.KeepAliveInterval = KeepAlive;
        socket.Options.KeepAliveTimeout = KeepAlive;
        socket.Options.Proxy = null;
        try
        {
            var builder = new UriBuilder(address) { Scheme = "ws", Path = "/ws" };
            await socket.ConnectAsync(builder.Uri, stoppingToken);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or HttpRequestException)
        {
            Log.ConnectFailed(logger, exception.Message);
            return false;
        }

        _open = socket;
        metrics.Opened();
        journal.Append(EventTypes.WebSocketConnected, EventSource.Websocket, new { address.Port }, address.Port);
        try
        {
            await ReadAsync(socket, stoppingToken);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The engine drops the connection without a close frame when it ends (contract §5).
        }
        finally
        {
            _open = null;
            metrics.Closed();
            journal.Append(
                EventTypes.WebSocketClosed, EventSource.Websocket, new WebSocketClosedData((int)(socket.CloseStatus ?? (WebSocketCloseStatus)1006)), address.Port);
        }

        return true;
    }

    private async Task ReadAsync(ClientWebSocket socket, CancellationToken stoppingToken)
    {
        var buffer = new byte[16 * 1024];
        var frame = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), stoppingToken);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            if (frame.WrittenCount + result.Count <= MaxFrame)
            {
                frame.Write(buffer.AsSpan(0, result.Count));
            }

            if (result.EndOfMessage)
            {
                Handle(frame.WrittenSpan);
                frame.Clear();
            }
        }
    }

    private void Handle(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            var frame = SoundJson.Of(JsonElement.ParseValue(ref reader));
            if (_asked is { } asked && EngineSlot.Text(frame, "code") == Answer)
            {
                // The platform's own question is no news.
                asked.TrySetResult();
                return;
            }

            metrics.FrameRead(journal.AppendFrame(frame, address.Port));
            if (EngineSignal.TryRead(frame) is { } signal)
            {
                onSignal(signal);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or cut because it was too long.
            metrics.Unreadable();
            journal.Lose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The engine's socket can't be opened: {Why}")]
        public static partial void ConnectFailed(ILogger logger, string why);
    }
}

/// <summary>What the owner of a device must know of a frame at once (gowa contract §5).</summary>
internal enum EngineSignal
{
    Paired,
    LoggedOut,
    PasskeyRequested,
}

internal static class EngineSignals
{
    extension(EngineSignal)
    {
        public static EngineSignal? TryRead(JsonElement frame) =>
            frame.ValueKind == JsonValueKind.Object && frame.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                ? code.GetString() switch
                {
                    "LOGIN_SUCCESS" => EngineSignal.Paired,
                    "DEVICE_LOGGED_OUT" => EngineSignal.LoggedOut,
                    "PASSKEY_REQUEST" => EngineSignal.PasskeyRequested,
                    _ => null,
                }
                : null;
    }
}
