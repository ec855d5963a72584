using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace WaPlatform.Tests.Platform;

/// <summary>A real SignalR client that keeps everything it is told, method by method.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private static readonly string[] Methods =
    [
        "whatsapp-websocket-message", "device-websocket-message", "container-websocket-connected", "container-websocket-closed", "process-stopped",
        "device-state-changed", "qr-code", "message-status", "event",
    ];

    private static readonly TimeSpan[] ReconnectDelays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(200), 300)];

    private readonly HubConnection _connection;
    private readonly ConcurrentQueue<(string Method, JsonElement Payload, long At)> _received = new();
    private int _losses;

    private HubClient(HubConnection connection)
    {
        _connection = connection;
        foreach (var method in Methods)
        {
            connection.On<JsonElement>(method, payload => _received.Enqueue((method, payload, Stopwatch.GetTimestamp())));
        }

        Func<Exception?, Task> lost = _ =>
        {
            Interlocked.Increment(ref _losses);
            return Task.CompletedTask;
        };
        connection.Reconnecting += lost;
        connection.Closed += lost;
    }

    public static async Task<HubClient> ConnectAsync(IPlatform platform, CancellationToken cancellationToken, string query = "")
    {
        var token = platform.Client.DefaultRequestHeaders.Authorization!.Parameter;
        var client = new HubClient(new HubConnectionBuilder()
            .WithUrl(new Uri(platform.Address, $"/hubs/events{query}"), options => options.AccessTokenProvider = () => Task.FromResult(token))
            .Build());
        await client._connection.StartAsync(cancellationToken);
        return client;
    }

    /// <summary>A client that connects again by itself whenever it loses its gateway, each time to the one that is named then, as behind a load balancer.</summary>
    public static async Task<HubClient> ConnectAsync(Func<IPlatform> gateway, CancellationToken cancellationToken)
    {
        // The negotiation of one gateway is nothing to another one.
        var client = new HubClient(new HubConnectionBuilder()
            .WithUrl(new Uri(gateway().Address, "/hubs/events"), HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = true;
                options.WebSocketFactory = async (_, stopping) => await DialAsync(gateway(), stopping);
            })
            .WithAutomaticReconnect(ReconnectDelays)
            .Build());
        await client._connection.StartAsync(cancellationToken);
        return client;
    }

    /// <summary>How often the connection went away.</summary>
    public int Losses => Volatile.Read(ref _losses);

    public bool IsConnected => _connection.State == HubConnectionState.Connected;

    public Task JoinAsync(string room, CancellationToken cancellationToken) => _connection.InvokeAsync("Join", room, cancellationToken);

    public IReadOnlyList<JsonElement> Seen(string method) => [.. _received.Where(frame => frame.Method == method).Select(frame => frame.Payload)];

    /// <summary>The same with the moment (<see cref="Stopwatch.GetTimestamp"/>) in which it came.</summary>
    public IReadOnlyList<(JsonElement Payload, long At)> Timed(string method) => [.. _received.Where(frame => frame.Method == method).Select(frame => (frame.Payload, frame.At))];

    /// <summary>Waits for a frame, also one that came before the call.</summary>
    public async Task<JsonElement> WaitForAsync(string method, Func<JsonElement, bool> condition, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            foreach (var payload in Seen(method).Where(condition))
            {
                return payload;
            }

            Assert.True(
                Stopwatch.GetElapsedTime(start) < StandaloneProcess.Patience,
                $"No {method} came. Seen: {string.Join("\n  ", _received.Where(frame => frame.Method != "event").Select(frame => $"{frame.Method} {Cut(frame.Payload.GetRawText())}"))}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static async Task<WebSocket> DialAsync(IPlatform gateway, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.Proxy = null;
            socket.Options.SetRequestHeader("Authorization", $"{gateway.Client.DefaultRequestHeaders.Authorization}");
            await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws", Path = "/hubs/events" }.Uri, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Cut(string text) => text.Length <= 200 ? text : text[..200];
}
