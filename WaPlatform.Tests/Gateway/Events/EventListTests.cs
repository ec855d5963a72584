using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Contracts.Events;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class EventListTests(JournalGateway gateway) : IClassFixture<JournalGateway>
{
    private readonly string _phone = JournalGateway.NextPhone();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_ByNext_HasEachEventOnceAndInOrder()
    {
        var cursors = await gateway.AppendAsync(gateway.CreateWriter(), _phone, 7, "message.received", """{"n":1.50,"text":"é"}""");

        var (seen, next, pages) = (new List<JsonElement>(), (string?)"", 0);
        while (next is not null)
        {
            var list = await gateway.ListAsync($"?device={_phone}&limit=2&after={next}", CancellationToken);
            seen.AddRange(list.GetProperty("items").EnumerateArray());
            next = list.GetProperty("next").GetString();
            Assert.False(list.GetProperty("missed").GetBoolean());
            pages++;
        }

        Assert.Equal(4, pages);

        Assert.Equal(cursors, seen.Select(e => e.GetProperty("id").GetString()));
        Assert.Equal(Enumerable.Range(1, 7), seen.Select(e => e.GetProperty("sequence").GetInt32()));
        Assert.Equal(["id", "phoneNumber", "sequence", "type", "at", "source", "data"], seen[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("1.50", seen[0].GetProperty("data").GetProperty("n").GetRawText());

        var one = await gateway.ListAsync($"?after={cursors[5]}&device={_phone}", CancellationToken);
        Assert.Equal([cursors[6]], one.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("id").GetString()));
    }

    // Else an idle reader would look through the same events again and again, and miss some when they are removed.
    [Fact]
    public async Task List_NothingMatches_CursorGoesOnAllTheSame()
    {
        var last = (await gateway.AppendAsync(gateway.CreateWriter(), _phone, 3))[^1];

        var list = await gateway.ListAsync("?device=5511000000000", CancellationToken);

        Assert.Empty(list.GetProperty("items").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("next").ValueKind);
        var cursor = list.GetProperty("cursor").GetString()!;
        Assert.True(string.CompareOrdinal(cursor, last) >= 0, $"{cursor} is before {last}");
        var later = await gateway.AppendAsync(gateway.CreateWriter(), JournalGateway.NextPhone(), 2);
        var after = await gateway.ListAsync($"?after={cursor}&limit=500", CancellationToken);
        var ids = after.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("id").GetString()!).ToList();
        Assert.All(later, id => Assert.Contains(id, ids));
    }

    [Fact]
    public async Task List_TypesAndDevices_HasOnlyThose()
    {
        var writer = gateway.CreateWriter();
        var wanted = await gateway.AppendAsync(writer, _phone, 1, "message.received");
        await gateway.AppendAsync(writer, _phone, 1, "device.paired");
        wanted.AddRange(await gateway.AppendAsync(writer, _phone, 1, "call.offer"));
        await gateway.AppendAsync(writer, JournalGateway.NextPhone(), 1, "message.received");

        var list = await gateway.ListAsync($"?type=message.*,call.offer&device=%2B{_phone}", CancellationToken);

        Assert.Equal(wanted, list.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?device={other}")]
    [InlineData("?device={own},{other}")]
    public async Task List_CallerOfSomeDevices_SeesOnlyThose(string query)
    {
        var writer = gateway.CreateWriter();
        var other = JournalGateway.NextPhone();
        var own = await gateway.AppendAsync(writer, _phone, 2);
        await gateway.AppendAsync(writer, other, 2);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/events{query.Replace("{own}", _phone, StringComparison.Ordinal).Replace("{other}", other, StringComparison.Ordinal)}");
        request.Headers.Add(JournalGateway.DevicesHeader, _phone);

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        var list = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal(query.Contains("own", StringComparison.Ordinal) || query == "" ? own : [], list.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("after=evt_1", "after")]
    [InlineData("after=evt_0000000000000g", "after")]
    [InlineData("after=-1", "after")]
    [InlineData("device=abc", "device")]
    [InlineData("type=A", "type")]
    public async Task List_BadInput_Answers400WithTheField(string query, string field)
    {
        using var response = await gateway.Client.GetAsync($"/api/events?{query}", CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal("VALIDATION_FAILED", problem.GetProperty("code").GetString());
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("/api/events")]
    [InlineData("/api/events/stream")]
    public async Task List_WithoutToken_Answers401(string path)
    {
        using var client = gateway.Host.CreateClient();

        using var response = await client.GetAsync(path, CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task List_CursorAheadOfTheJournal_StaysWhereItIs()
    {
        var ahead = EventCursor.Of(1L << 40);

        var list = await gateway.ListAsync($"?after={ahead}", CancellationToken);

        Assert.Equal((0, ahead), (list.GetProperty("items").GetArrayLength(), list.GetProperty("cursor").GetString()));
    }
}
