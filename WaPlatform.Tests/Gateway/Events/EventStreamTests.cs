using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class EventStreamTests(JournalGateway gateway, RedisServer redis) : IClassFixture<JournalGateway>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _phone = JournalGateway.NextPhone();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_WhileMuchHappens_HasNoGapAndNoDuplicateHoweverOftenItIsCut()
    {
        const int Count = 4000;
        var random = new Random(5);
        var start = (await gateway.AppendAsync(gateway.CreateWriter(), _phone, 1))[0];
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => gateway.AppendManyAsync(Count / 4, "test"), CancellationToken)));

        var (seen, cursor, isFirst) = (new List<string>(), start, true);
        while (seen.Count < Count)
        {
            // The header is what browsers have; others may put it into the address.
            await using var stream = await SseConnection.OpenAsync(gateway.Client, isFirst ? $"?type=test&after={cursor}" : "?type=test", isFirst ? null : cursor, CancellationToken);
            foreach (var e in await stream.TakeAsync(Math.Min(random.Next(1, 600), Count - seen.Count), CancellationToken))
            {
                seen.Add(e.GetProperty("id").GetString()!);
            }

            (cursor, isFirst) = (seen[^1], false);
        }

        var cursors = (await writing).SelectMany(list => list).Order(StringComparer.Ordinal);
        Assert.Equal(cursors, seen);
    }

    [Fact]
    public async Task Stream_WithoutCursor_BeginsNowAndGivesOneBeforeTheFirstEvent()
    {
        var writer = gateway.CreateWriter();
        await gateway.AppendAsync(writer, _phone, 3);
        string before;
        await using (var stream = await SseConnection.OpenAsync(gateway.Client, $"?device={_phone}", null, CancellationToken))
        {
            var first = await gateway.AppendAsync(writer, _phone, 1);
            Assert.Equal(first, (await stream.TakeAsync(1, CancellationToken)).Select(e => e.GetProperty("id").GetString()));
        }

        // The first block has an id and no data: a reader that hears nothing can go on from there all the same.
        using (var request = new HttpRequestMessage(HttpMethod.Get, $"/api/events/stream?device={_phone}"))
        using (var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken))
        using (var reader = new StreamReader(await response.Content.ReadAsStreamAsync(CancellationToken)))
        {
            Assert.StartsWith(":", await reader.ReadLineAsync(CancellationToken), StringComparison.Ordinal);
            before = (await reader.ReadLineAsync(CancellationToken))!["id: ".Length..];
        }

        var missed = await gateway.AppendAsync(writer, _phone, 2);
        await using var again = await SseConnection.OpenAsync(gateway.Client, $"?device={_phone}", before, CancellationToken);
        Assert.Equal(missed, (await again.TakeAsync(2, CancellationToken)).Select(e => e.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Stream_TokenInTheAddressAndLimits_HearsWhatItMay()
    {
        var writer = gateway.CreateWriter();
        var other = JournalGateway.NextPhone();
        var start = (await gateway.AppendAsync(writer, other, 2))[0];
        var old = await gateway.AppendAsync(writer, _phone, 1, "message.received");
        using var client = gateway.Host.CreateClient();
        await using var stream = await SseConnection.OpenAsync(client, $"?access_token={gateway.Token}&after={start}&device={_phone},{other}", null, CancellationToken, devices: _phone);

        await gateway.AppendAsync(writer, other, 2);
        var live = await gateway.AppendAsync(writer, _phone, 1, "message.status");

        Assert.Equal([.. old, .. live], (await stream.TakeAsync(2, CancellationToken)).Select(e => e.GetProperty("id").GetString()!));
    }

    [Theory]
    [InlineData("?after=x", null, "after")]
    [InlineData("?after=", "evt_nothing", "Last-Event-ID")]
    [InlineData("?device=x", null, "device")]
    [InlineData("?type=X", null, "type")]
    public async Task Stream_BadInput_Answers400WithTheField(string query, string? lastEventId, string field)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/events/stream{query}");
        request.Headers.Add("Last-Event-ID", lastEventId);

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Stream_SessionEnds_EndsInOrder()
    {
        using var client = gateway.Host.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.Host.LogInAsync("admin", gateway.Host.Password));
        await using var stream = await SseConnection.OpenAsync(client, $"?device={_phone}", null, CancellationToken);
        await using var other = await SseConnection.OpenAsync(gateway.Client, $"?device={_phone}", null, CancellationToken);

        using (var response = await client.PostAsync(new Uri("/api/auth/logout", UriKind.Relative), null, CancellationToken))
        {
            response.EnsureSuccessStatusCode();
        }

        Assert.Null(await stream.NextAsync(CancellationToken));
        await gateway.AppendAsync(gateway.CreateWriter(), _phone, 1);
        await other.TakeAsync(1, CancellationToken);
    }

    [Fact]
    public async Task Stream_GatewayStops_EndsInOrder()
    {
        var host = new GatewayHost(redis) { FollowsJournal = true };
        await host.InitializeAsync();
        await host.Services.GetRequiredService<JournalTail>().Ready;
        await using var stream = await SseConnection.OpenAsync(host.Client, "", null, CancellationToken);
        var ending = stream.NextAsync(CancellationToken);

        await host.StopAsync();

        Assert.Null(await ending);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Stream_ReaderTakesNothing_IsCutOffAndTheOthersAreNot()
    {
        const int Count = 600;
        var writer = gateway.CreateWriter();
        await using var reading = await SseConnection.OpenAsync(gateway.Client, "?type=large", null, CancellationToken);
        using var stalled = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await stalled.ConnectAsync(IPAddress.Loopback, gateway.Host.Address.Port, CancellationToken);
        await stalled.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET /api/events/stream?type=large&access_token={gateway.Token} HTTP/1.1\r\nHost: localhost\r\n\r\n"), CancellationToken);
        await stalled.ReceiveAsync(new byte[16], CancellationToken);

        var data = JsonSerializer.Serialize(new { text = new string('x', 32 * 1024) });
        var cursors = new List<string>();
        for (var n = 0; n < Count; n += 20)
        {
            cursors.AddRange(await gateway.AppendAsync(writer, _phone, 20, "large", data));
        }

        Assert.Equal(cursors, (await reading.TakeAsync(Count, CancellationToken)).Select(e => e.GetProperty("id").GetString()));
        await WaitForLogAsync("does not keep up");
        await gateway.AppendAsync(writer, _phone, 1, "large");
        await reading.TakeAsync(1, CancellationToken);
    }

    private async Task WaitForLogAsync(string text) => await Simulator.Eventually.TrueAsync(
        _ =>
        {
            lock (gateway.Host.Log)
            {
                return Task.FromResult(gateway.Host.Log.Any(line => line.Contains(text, StringComparison.Ordinal)));
            }
        },
        Patience, CancellationToken);
}
