using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using WaPlatform.Contracts.Events;
using WaPlatform.Gateway.Events;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class HubTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string Phone = "5561000000001";
    private const string OtherPhone = "5561000000002";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Of all tests here: the gateway knows no place that comes again.
    private static long _places;

    private long _sequence;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connect_WithoutToken_IsRefused()
    {
        await using var connection = new HubConnectionBuilder().WithUrl(new Uri(gateway.Address, "/hubs/events")).Build();

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync(CancellationToken));

        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
    }

    [Fact]
    public async Task Events_NewConnection_HearsAllDevicesOnceAndUnchanged()
    {
        await using var listener = await ListenAsync("");

        Publish(Phone, "message.received", """{"n":1.50,"text":"<é>"}""");
        Publish(OtherPhone, "message.received", "{}");

        await listener.WaitAsync("event", 2);
        Assert.Equal(["whatsapp-websocket-message", "event", "whatsapp-websocket-message", "event"], listener.Frames.Select(frame => frame.Method));
        Assert.Equal("""{"n":1.50,"text":"<é>"}""", JsonSerializer.Serialize(listener.Frames.First().Payload.GetProperty("message"), Relaxed));
    }

    [Fact]
    public async Task Rooms_DeviceRoomOnly_HearsOnlyThatDevice()
    {
        await using var listener = await ListenAsync($"?rooms=device-{Phone}");

        Publish(OtherPhone, "message.received", "{}");
        Publish(Phone, "message.received", "{}");

        await listener.WaitAsync("event", 1);
        Assert.Equal(["device-websocket-message", "event"], listener.Frames.Select(frame => frame.Method));
        Assert.All(listener.Frames, frame => Assert.Equal(Phone, frame.Payload.GetProperty("phoneNumber").GetString()));
    }

    [Fact]
    public async Task JoinAndLeave_DecideWhatIsHeard()
    {
        await using var listener = await ListenAsync("?rooms=");
        Publish(Phone, "message.received", "{}");

        await listener.Connection.InvokeAsync("Join", $"device-+{Phone}", CancellationToken);
        await listener.Connection.InvokeAsync("Join", "all", CancellationToken);
        Publish(Phone, "message.received", "{}");
        await listener.Connection.InvokeAsync("Leave", "all", CancellationToken);
        await listener.Connection.InvokeAsync("Leave", $"device-{Phone}", CancellationToken);
        Publish(Phone, "message.received", "{}");
        await listener.Connection.InvokeAsync("Join", "all", CancellationToken);
        Publish(OtherPhone, "message.received", "{}");
        await listener.WaitAsync("event", 2);

        Assert.Equal(
            ["whatsapp-websocket-message", "device-websocket-message", "event", "whatsapp-websocket-message", "event"],
            listener.Frames.Select(frame => frame.Method));
    }

    [Theory]
    [InlineData("everyone")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Join_NotARoom_IsRefusedAndTheConnectionLives(string? room)
    {
        await using var listener = await ListenAsync("");

        await Assert.ThrowsAsync<HubException>(() => listener.Connection.InvokeAsync("Join", room, CancellationToken));

        Publish(Phone, "message.received", "{}");
        await listener.WaitAsync("event", 1);
    }

    [Fact]
    public async Task StalledClient_IsCutOffAndNobodyElseWaits()
    {
        await using var listener = await ListenAsync("");
        using var stalled = new ClientWebSocket();
        stalled.Options.SetBuffer(1024, 1024);
        await stalled.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/hubs/events?access_token={Token}"), CancellationToken);
        await stalled.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken);
        await stalled.ReceiveAsync(new byte[16].AsMemory(), CancellationToken);

        // More than the kernel's buffers, the transport's and the queue's together; in parts that the listener can take.
        var text = JsonSerializer.Serialize(new { text = new string('x', 16 * 1024) });
        var published = 0;
        for (var round = 0; round < 40 && !WasCutOff(); round++)
        {
            for (var n = 0; n < 100; n++, published++)
            {
                Publish(Phone, "message.received", text);
            }

            await listener.WaitAsync("event", published);
        }

        Assert.True(WasCutOff());
        Assert.Equal(Enumerable.Range(1, published), listener.Frames.Where(frame => frame.Method == "event").Select(frame => frame.Payload.GetProperty("sequence").GetInt32()));

        // What had left the gateway can still be read; then the connection is at its end.
        await Assert.ThrowsAnyAsync<Exception>(() => ReadToTheEndAsync(stalled)).WaitAsync(Patience, CancellationToken);
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string Token => gateway.Client.DefaultRequestHeaders.Authorization!.Parameter!;

    private bool WasCutOff()
    {
        lock (gateway.Log)
        {
            return gateway.Log.Any(line => line.Contains("does not keep up", StringComparison.Ordinal));
        }
    }

    private static async Task ReadToTheEndAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken)).MessageType != WebSocketMessageType.Close)
        {
        }

        throw new WebSocketException("Closed in order.");
    }

    private void Publish(string phone, string type, string data)
    {
        var element = JsonDocument.Parse(data).RootElement;
        gateway.Dispatcher.Hear([new DeviceEvent(phone, ++_sequence, type, FakeDevice.Since, EventSource.Webhook, element, element, 8000, ++_places)]);
    }

    private async Task<Listener> ListenAsync(string query)
    {
        var listener = new Listener(new HubConnectionBuilder()
            .WithUrl(new Uri(gateway.Address, $"/hubs/events{query}"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(Token))
            .Build());
        await listener.Connection.StartAsync(CancellationToken);

        // A first call is answered only after the hub has read the rooms.
        await listener.Connection.InvokeAsync("Leave", "device-5500000000000", CancellationToken);
        return listener;
    }

    private sealed class Listener : IAsyncDisposable
    {
        public Listener(HubConnection connection)
        {
            Connection = connection;
            foreach (var method in (string[])["whatsapp-websocket-message", "device-websocket-message", HubFrames.Event])
            {
                connection.On<JsonElement>(method, payload => Frames.Enqueue((method, payload)));
            }
        }

        public HubConnection Connection { get; }

        public ConcurrentQueue<(string Method, JsonElement Payload)> Frames { get; } = new();

        public Task WaitAsync(string method, int count) =>
            Eventually.TrueAsync(_ => Task.FromResult(Frames.Count(frame => frame.Method == method) >= count), Patience, CancellationToken);

        public ValueTask DisposeAsync() => Connection.DisposeAsync();
    }
}
