using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
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

    private readonly HubConnection _connection;
    private readonly ConcurrentQueue<(string Method, JsonElement Payload)> _received = new();

    private HubClient(HubConnection connection)
    {
        _connection = connection;
        foreach (var method in Methods)
        {
            connection.On<JsonElement>(method, payload => _received.Enqueue((method, payload)));
        }
    }

    public static async Task<HubClient> ConnectAsync(StandaloneProcess platform, CancellationToken cancellationToken, string query = "")
    {
        var token = platform.Client.DefaultRequestHeaders.Authorization!.Parameter;
        var client = new HubClient(new HubConnectionBuilder()
            .WithUrl(new Uri(platform.Address, $"/hubs/events{query}"), options => options.AccessTokenProvider = () => Task.FromResult(token))
            .Build());
        await client._connection.StartAsync(cancellationToken);
        return client;
    }

    public Task JoinAsync(string room, CancellationToken cancellationToken) => _connection.InvokeAsync("Join", room, cancellationToken);

    public IReadOnlyList<JsonElement> Seen(string method) => [.. _received.Where(frame => frame.Method == method).Select(frame => frame.Payload)];

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

    private static string Cut(string text) => text.Length <= 200 ? text : text[..200];
}
