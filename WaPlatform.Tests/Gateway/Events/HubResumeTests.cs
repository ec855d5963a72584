using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using WaPlatform.Tests.ProcessHost;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class HubResumeTests(JournalGateway gateway) : IClassFixture<JournalGateway>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _phone = JournalGateway.NextPhone();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resume_WhileMuchHappens_HasNoGapAndNoDuplicateHoweverOftenItIsCut()
    {
        const int Count = 4000;
        var random = new Random(7);
        var start = (await gateway.AppendAsync(gateway.CreateWriter(), _phone, 1))[0];
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => gateway.AppendManyAsync(Count / 4, "test"), CancellationToken)));

        var seen = new List<string>();
        while (seen.Count < Count)
        {
            // Held, so that nothing comes before what it missed.
            await using var client = await ConnectAsync("?hold=true");
            await client.Connection.InvokeAsync("Resume", seen.Count == 0 ? start : seen[^1], CancellationToken);
            await client.WaitAsync(Math.Min(random.Next(1, 600), Count - seen.Count), "test");
            seen.AddRange(client.Seen("test"));
        }

        var cursors = (await writing).SelectMany(list => list).Order(StringComparer.Ordinal);
        Assert.Equal(cursors, seen);
    }

    [Fact]
    public async Task Resume_ConnectionThatHeardEventsMeanwhile_GetsTheOthersOnce()
    {
        var writer = gateway.CreateWriter();
        var missed = await gateway.AppendAsync(writer, _phone, 4);
        await using var client = await ConnectAsync($"?rooms=device-{_phone}");
        var live = await gateway.AppendAsync(writer, _phone, 2);
        await client.WaitAsync(2);

        var answer = await client.Connection.InvokeAsync<JsonElement>("Resume", missed[0], CancellationToken);

        var later = await gateway.AppendAsync(writer, _phone, 1);
        await client.WaitAsync(6);
        Assert.Equal([.. live, .. missed[1..], .. later], client.Seen());
        Assert.False(answer.GetProperty("missed").GetBoolean());
    }

    [Fact]
    public async Task Resume_FromAnEventThatItHeardItself_ReplaysWhatCameAfterIt()
    {
        var writer = gateway.CreateWriter();
        await using var client = await ConnectAsync($"?rooms=device-{_phone}");
        var heard = await gateway.AppendAsync(writer, _phone, 3);
        await client.WaitAsync(3);

        await client.Connection.InvokeAsync("Resume", heard[0], CancellationToken);

        var later = await gateway.AppendAsync(writer, _phone, 1);
        await client.WaitAsync(6);
        Assert.Equal([.. heard, .. heard[1..], .. later], client.Seen());
    }

    [Fact]
    public async Task Resume_HeldConnection_HearsNothingBefore()
    {
        var writer = gateway.CreateWriter();
        var start = await gateway.AppendAsync(writer, _phone, 2);
        await using var client = await ConnectAsync($"?rooms=device-{_phone}&hold=true");
        await using var joined = await ConnectAsync("?rooms=&hold=true");
        var events = await gateway.AppendAsync(writer, _phone, 2, "message.received");

        await client.Connection.InvokeAsync("Resume", start[0], CancellationToken);
        await joined.Connection.InvokeAsync("Join", $"device-{_phone}", CancellationToken);
        var later = await gateway.AppendAsync(writer, _phone, 1);

        await client.WaitAsync(4);
        await joined.WaitAsync(1);
        Assert.Equal([start[1], .. events, .. later], client.Seen());
        Assert.Equal(later, joined.Seen());
    }

    [Fact]
    public async Task Resume_RoomsAndLimits_HearsOnlyThose()
    {
        var writer = gateway.CreateWriter();
        var (other, third) = (JournalGateway.NextPhone(), JournalGateway.NextPhone());
        var start = (await gateway.AppendAsync(writer, _phone, 1))[0];
        var own = await gateway.AppendAsync(writer, _phone, 1);
        await gateway.AppendAsync(writer, third, 1);
        var others = await gateway.AppendAsync(writer, other, 1);
        await using var room = await ConnectAsync($"?rooms=device-{other}");
        await using var limited = await ConnectAsync("", devices: $"{_phone},{other}");

        await room.Connection.InvokeAsync("Resume", start, CancellationToken);
        await limited.Connection.InvokeAsync("Resume", start, CancellationToken);
        await gateway.AppendAsync(writer, third, 1);
        others.AddRange(await gateway.AppendAsync(writer, other, 1));

        await room.WaitAsync(2);
        await limited.WaitAsync(3);
        Assert.Equal(others, room.Seen());
        Assert.Equal([.. own, .. others], limited.Seen());
    }

    [Fact]
    public async Task Rooms_CallerOfSomeDevices_MayNotJoinThoseOfOthers()
    {
        var other = JournalGateway.NextPhone();
        await using var client = await ConnectAsync("", devices: _phone);

        await Assert.ThrowsAsync<HubException>(() => client.Connection.InvokeAsync("Join", $"device-{other}", CancellationToken));
        await client.Connection.InvokeAsync("Join", $"device-{_phone}", CancellationToken);
        var writer = gateway.CreateWriter();
        await gateway.AppendAsync(writer, other, 1);
        var own = await gateway.AppendAsync(writer, _phone, 1);

        await client.WaitAsync(1);
        Assert.Equal(own, client.Seen());

        // Asked for at once it is refused as well: the connection is closed.
        await using var refused = await ConnectAsync($"?rooms=device-{other}", devices: _phone, isRefused: true);
        await refused.Closed.WaitAsync(Patience, CancellationToken);
    }

    [Fact]
    public async Task Session_Ends_ClosesItsConnectionsOnly()
    {
        var token = await gateway.Host.LogInAsync("admin", gateway.Host.Password);
        await using var ending = await ConnectAsync("", token: token);
        await using var other = await ConnectAsync($"?rooms=device-{_phone}");
        using var client = gateway.Host.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using (var response = await client.PostAsync(new Uri("/api/auth/logout", UriKind.Relative), null, CancellationToken))
        {
            response.EnsureSuccessStatusCode();
        }

        await ending.Closed.WaitAsync(Patience, CancellationToken);
        await gateway.AppendAsync(gateway.CreateWriter(), _phone, 1);
        await other.WaitAsync(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("42")]
    [InlineData("evt_")]
    [InlineData("evt_zzzzzzzzzzzzzz")]
    public async Task Resume_NoCursor_IsRefusedAndTheConnectionLives(string? cursor)
    {
        await using var client = await ConnectAsync($"?rooms=device-{_phone}");

        await Assert.ThrowsAsync<HubException>(() => client.Connection.InvokeAsync("Resume", cursor, CancellationToken));

        await gateway.AppendAsync(gateway.CreateWriter(), _phone, 1);
        await client.WaitAsync(1);
    }

    // More than its queue would take, so it is the replay that is bounded.
    [Fact]
    public async Task Resume_MuchWasMissed_ComesAtTheClientsPace()
    {
        var writer = gateway.CreateWriter();
        var data = JsonSerializer.Serialize(new { text = new string('x', 8 * 1024) });
        var cursors = await gateway.AppendAsync(writer, _phone, 2500, data: data);
        await using var client = await ConnectAsync($"?rooms=device-{_phone}");

        await client.Connection.InvokeAsync("Resume", cursors[0], CancellationToken);

        await client.WaitAsync(2499);
        Assert.Equal(cursors[1..], client.Seen());
    }

    [Fact]
    public async Task Resume_ClientTakesNothing_IsCutOffAndTheOthersAreNot()
    {
        var writer = gateway.CreateWriter();
        var data = JsonSerializer.Serialize(new { text = new string('x', 32 * 1024) });
        var cursors = await gateway.AppendAsync(writer, _phone, 600, data: data);
        using var stalled = new ClientWebSocket();
        stalled.Options.SetBuffer(1024, 1024);
        await stalled.ConnectAsync(new Uri($"ws://{gateway.Host.Address.Authority}/hubs/events?rooms=device-{_phone}&access_token={gateway.Token}"), CancellationToken);
        await SendAsync(stalled, """{"protocol":"json","version":1}""");
        await stalled.ReceiveAsync(new byte[16].AsMemory(), CancellationToken);
        await SendAsync(stalled, $$"""{"type":1,"invocationId":"1","target":"Resume","arguments":["{{cursors[0]}}"]}""");

        await using var client = await ConnectAsync($"?rooms=device-{_phone}");
        var live = await gateway.AppendAsync(writer, _phone, 1);
        await client.WaitAsync(1);
        Assert.Equal(live, client.Seen());

        // What had left the gateway can still be read; then the connection is at its end.
        await RunningHost.UntilAsync(() => Task.FromResult(gateway.Host.Dispatcher.Count == 1), () => $"{gateway.Host.Dispatcher.Count} connections");
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, true, CancellationToken);

    private async Task<ResumingClient> ConnectAsync(string query, string? devices = null, bool isRefused = false, string? token = null)
    {
        var client = new ResumingClient(new HubConnectionBuilder()
            .WithUrl(new Uri(gateway.Host.Address, $"/hubs/events{query}"), options =>
            {
                options.AccessTokenProvider = () => Task.FromResult<string?>(token ?? gateway.Token);
                if (devices is not null)
                {
                    options.Headers.Add(JournalGateway.DevicesHeader, devices);
                }
            })
            .Build());
        await client.Connection.StartAsync(CancellationToken);
        if (!isRefused && !query.Contains("hold", StringComparison.Ordinal))
        {
            // A first call is answered only after the hub has read the rooms.
            await client.Connection.InvokeAsync("Leave", "device-5500000000000", CancellationToken);
        }

        return client;
    }

    private sealed class ResumingClient : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Id, string Type)> _events = new();
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ResumingClient(HubConnection connection)
        {
            Connection = connection;
            connection.On<JsonElement>("event", e => _events.Enqueue((e.GetProperty("id").GetString()!, e.GetProperty("type").GetString()!)));
            connection.Closed += _ =>
            {
                _closed.TrySetResult();
                return Task.CompletedTask;
            };
        }

        public HubConnection Connection { get; }

        public Task Closed => _closed.Task;

        public List<string> Seen(string? type = null) => [.. _events.Where(e => type is null || e.Type == type).Select(e => e.Id)];

        public Task WaitAsync(int count, string? type = null) => RunningHost.UntilAsync(() => Task.FromResult(Seen(type).Count >= count), () => $"{Seen(type).Count} of {count} events");

        public ValueTask DisposeAsync() => Connection.DisposeAsync();
    }
}
