using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using WaPlatform.Contracts.Messages;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Gateway.Media;

namespace WaPlatform.Tests.Gateway.Messages;

public abstract class BulkTests(MediaGateway gateway)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendBulk_AThousand_AreStoredInOrderUnderOneBatch()
    {
        var device = await gateway.RegisterAsync();

        using var response = await gateway.SendBulkAsync(new { from = device, messages = Enumerable.Range(0, 1000).Select(n => new { to = MediaGateway.To, message = $"n{n}" }), wait = true });

        var bulk = await response.ReadJsonAsync(HttpStatusCode.Accepted);
        var ids = Ids(bulk);
        Assert.Equal((1000, 1000, 0), (bulk.GetProperty("accepted").GetInt32(), ids.Distinct().Count(), bulk.GetProperty("rejected").GetArrayLength()));
        Assert.Equal("""{"message":"n0"}""", (await gateway.FindAsync(ids[0])).Body);
        Assert.Equal("""{"message":"n999"}""", (await gateway.FindAsync(ids[999])).Body);
        var listed = await gateway.Host.Client.GetFromJsonAsync<JsonElement>($"/api/messages?limit=1&batchId={bulk.GetProperty("batchId").GetGuid()}", CancellationToken);
        Assert.Equal(1000, listed.GetProperty("total").GetInt32());
        Assert.Equal(bulk.GetProperty("batchId").GetGuid(), listed.GetProperty("items")[0].GetProperty("batchId").GetGuid());
    }

    [Fact]
    public async Task SendBulk_SomeNotRight_RefusesThoseAlone()
    {
        var device = await gateway.RegisterAsync();
        var json = $$"""
            {"from":"{{device}}","messages":[
              {"to":"{{MediaGateway.To}}","message":"a"},
              {"to":"nobody","message":""},
              {"to":"{{MediaGateway.To}}","message":5},
              null,
              "text",
              {"to":"{{MediaGateway.To}}","type":"image","mediaUrl":"{{gateway.Server.UrlOf("/page")}}"},
              {"to":"{{MediaGateway.To}}","message":"connected","requireConnected":true},
              {"to":"{{MediaGateway.To}}","message":"b","sendAt":"2020-01-01T00:00:00Z","from":"ignored"}]}
            """;

        using var response = await gateway.PostAsync("/api/messages/send-bulk", new StringContent(json, Encoding.UTF8, "application/json"));

        var bulk = await response.ReadJsonAsync(HttpStatusCode.Accepted);
        Assert.Equal(2, bulk.GetProperty("accepted").GetInt32());
        Assert.Equal(["""{"message":"a"}""", """{"message":"b"}"""], await Task.WhenAll(Ids(bulk).Select(async id => (await gateway.FindAsync(id)).Body)));
        var rejected = bulk.GetProperty("rejected").EnumerateArray().ToList();
        Assert.Equal([1, 2, 3, 4, 5, 6], rejected.Select(rejection => rejection.GetProperty("index").GetInt32()));
        Assert.Equal(["to", "message"], Fields(rejected[0]));
        Assert.Equal(["message"], Fields(rejected[1]));
        Assert.Equal("VALIDATION_FAILED", rejected[2].GetProperty("code").GetString());
        Assert.Equal("VALIDATION_FAILED", rejected[3].GetProperty("code").GetString());
        Assert.Equal(["mediaUrl"], Fields(rejected[4]));
        Assert.Equal("DEVICE_NOT_RUNNING", rejected[5].GetProperty("code").GetString());
        Assert.All(rejected, rejection => Assert.NotEmpty(rejection.GetProperty("detail").GetString()!));
    }

    [Fact]
    public async Task SendBulk_SameKeyAgain_IsTheSameBulk()
    {
        var device = await gateway.RegisterAsync();
        object Body(params string[] texts) => new { from = device, messages = texts.Select(text => new { to = MediaGateway.To, message = text }) };

        using var first = await gateway.SendBulkAsync(Body("a", "b", "c"), "key");
        using var repeat = await gateway.SendBulkAsync(Body("a", "b", "c"), "key");
        using var other = await gateway.SendBulkAsync(Body("a", "b", "d"), "key");

        var (bulk, again, changed) = (await first.ReadJsonAsync(HttpStatusCode.Accepted), await repeat.ReadJsonAsync(HttpStatusCode.Accepted), await other.ReadJsonAsync(HttpStatusCode.Accepted));
        Assert.Equal(bulk.GetRawText(), again.GetRawText());
        Assert.Equal(Ids(bulk)[..2], Ids(changed));
        var rejected = Assert.Single(changed.GetProperty("rejected").EnumerateArray());
        Assert.Equal((2, "IDEMPOTENCY_CONFLICT"), (rejected.GetProperty("index").GetInt32(), rejected.GetProperty("code").GetString()));
        Assert.Equal(3, await gateway.CountAsync(device));
    }

    [Fact]
    public async Task SendBulk_CutInTheMiddle_IsCompletedByItsRepeat()
    {
        var device = await gateway.RegisterAsync();
        object Body(int count) => new { from = device, messages = Enumerable.Range(0, count).Select(n => new { to = MediaGateway.To, message = $"n{n}" }) };
        using var half = await gateway.SendBulkAsync(Body(2), "key");

        using var whole = await gateway.SendBulkAsync(Body(4), "key");

        var (before, after) = (await half.ReadJsonAsync(HttpStatusCode.Accepted), await whole.ReadJsonAsync(HttpStatusCode.Accepted));
        Assert.Equal(before.GetProperty("batchId").GetGuid(), after.GetProperty("batchId").GetGuid());
        Assert.Equal(Ids(before), Ids(after)[..2]);
        Assert.Equal(4, await gateway.CountAsync(device));
    }

    [Fact]
    public async Task SendBulk_OneUrlManyTimes_IsFetchedOnceAndEachHasItsFile()
    {
        var device = await gateway.RegisterAsync();
        var requests = gateway.Server.Requests;
        object Body() => new
        {
            from = device,
            messages = Enumerable.Range(0, 20).Select(n => new { to = MediaGateway.To, type = "image", mediaUrl = gateway.Server.UrlOf("/photo.png"), caption = $"{n}" }),
        };

        using var response = await gateway.SendBulkAsync(Body(), "key");
        using var repeat = await gateway.SendBulkAsync(Body(), "key");

        var ids = Ids(await response.ReadJsonAsync(HttpStatusCode.Accepted));
        var messages = await Task.WhenAll(ids.Select(gateway.FindAsync));
        Assert.Equal(20, messages.Select(message => message.Media!.Key).Distinct().Count());
        var files = await gateway.FilesAsync();
        Assert.All(messages, message => Assert.Contains(message.Media!.Key, files));
        Assert.Equal(ids, Ids(await repeat.ReadJsonAsync(HttpStatusCode.Accepted)));
        Assert.Equal(requests + 1, gateway.Server.Requests);
        Assert.All(messages, message => Assert.Equal(MessageType.Image, message.Type));
    }

    [Theory]
    [InlineData("""{"from":"5599999999999","messages":[{"to":"5511888888888","message":"m"}]}""", 404, "DEVICE_NOT_FOUND", null)]
    [InlineData("""{"messages":[{"to":"5511888888888","message":"m"}]}""", 400, "VALIDATION_FAILED", "from")]
    [InlineData("""{"from":"5599999999999","messages":[]}""", 400, "VALIDATION_FAILED", "messages")]
    [InlineData("""{"from":"5599999999999"}""", 400, "VALIDATION_FAILED", "messages")]
    [InlineData("""{"from":"5599999999999","messages":{}}""", 400, "VALIDATION_FAILED", "messages")]
    [InlineData("null", 400, "VALIDATION_FAILED", null)]
    [InlineData("[", 400, "VALIDATION_FAILED", null)]
    public async Task SendBulk_WholeRequestNotRight_AnswersAProblem(string json, int status, string code, string? field)
    {
        using var response = await gateway.PostAsync("/api/messages/send-bulk", new StringContent(json, Encoding.UTF8, "application/json"));

        var problem = await response.AssertProblemAsync((HttpStatusCode)status, code);
        Assert.Equal(field, problem.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Single().Name : null);
    }

    [Fact]
    public async Task SendBulk_TooMuch_IsRefusedWhole()
    {
        var device = await gateway.RegisterAsync();

        using var many = await gateway.SendBulkAsync(new { from = device, messages = Enumerable.Repeat(new { to = MediaGateway.To, message = "m" }, 1001) });
        using var large = await gateway.SendBulkAsync(new { from = device, messages = Enumerable.Repeat(new { to = MediaGateway.To, message = new string('x', 60_000) }, 150) });
        using var key = await gateway.SendBulkAsync(new { from = device, messages = Enumerable.Repeat(new { to = MediaGateway.To, message = "m" }, 101) }, new string('k', 125));
        using var shortKey = await gateway.SendBulkAsync(new { from = device, messages = Enumerable.Repeat(new { to = MediaGateway.To, message = "m" }, 100) }, new string('k', 125));

        await many.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        await large.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
        await key.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Equal(HttpStatusCode.Accepted, shortKey.StatusCode);
        Assert.Equal(100, await gateway.CountAsync(device));
    }

    private static List<Guid> Ids(JsonElement bulk) => [.. bulk.GetProperty("ids").EnumerateArray().Select(id => id.GetGuid())];

    private static IEnumerable<string> Fields(JsonElement rejection) => rejection.GetProperty("errors").EnumerateObject().Select(error => error.Name);
}

public sealed class DirectoryBulkTests(MediaGateway gateway) : BulkTests(gateway), IClassFixture<MediaGateway>;

public sealed class DatabaseBulkTests(DatabaseMediaGateway gateway) : BulkTests(gateway), IClassFixture<DatabaseMediaGateway>;
