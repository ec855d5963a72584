using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Messages;

public sealed class SendTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string To = "5511888888888";

    private static int _devices;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_OwnerSendsIt_Answers200WithTheMessage()
    {
        var device = await RegisterAsync();
        device.OnSubmit = (id, wait) => SettleAsync(id, wait, MessageStatus.Sent);

        using var response = await SendAsync(device, new { message = "hi", tag = "order-1", priority = 2 });

        var message = await response.ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal(("sent", "3EB0AA", "order-1", "text", $"{To}@s.whatsapp.net"), (
            Text(message, "status"), Text(message, "whatsappMessageId"), Text(message, "tag"), Text(message, "type"), Text(message, "to")));
        Assert.False(message.GetProperty("idempotent").GetBoolean());
        foreach (var member in (string[])["createdAt", "sentAt", "deliveredAt", "readAt", "failedAt", "attempts", "error"])
        {
            Assert.True(message.TryGetProperty(member, out _), member);
        }

        var stored = await gateway.Client.GetFromJsonAsync<JsonElement>($"/api/messages/{Text(message, "id")}", CancellationToken);
        Assert.True(JsonElement.DeepEquals(message, stored));
    }

    [Fact]
    public async Task Send_EngineRefuses_Answers502WithTheId()
    {
        var device = await RegisterAsync();
        device.OnSubmit = (id, wait) => SettleAsync(id, wait, MessageStatus.Failed);

        using var response = await SendAsync(device, new { message = "hi" });

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadGateway, "ENGINE_ERROR");
        Assert.Equal(("INVALID_JID", "not on whatsapp"), (Text(problem, "engineCode"), Text(problem, "engineMessage")));
        Assert.True(Guid.TryParse(Text(problem, "id"), out _));
    }

    [Fact]
    public async Task Send_NotToWait_Answers202AndDoesNotAskToWait()
    {
        var device = await RegisterAsync();
        using var response = await SendAsync(device, new { message = "hi", wait = false });

        Assert.Equal("queued", Text(await response.ReadJsonAsync(HttpStatusCode.Accepted), "status"));
        await device.WaitForCallAsync("WakeQueueAsync");
        Assert.DoesNotContain(device.Calls, call => call.EndsWith("SubmitAsync", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_OwnerCannotBeReached_IsAcceptedAllTheSame(bool hangs)
    {
        var device = await RegisterAsync();
        device.Hangs = hangs;
        device.Failure = hangs ? null : new TimeoutException();

        using var response = await SendAsync(device, new { message = "hi", wait = false });

        var id = Guid.Parse(Text(await response.ReadJsonAsync(HttpStatusCode.Accepted), "id")!);
        Assert.True(await gateway.QueryAsync(db => db.Messages.AnyAsync(m => m.Id == id && m.Status == MessageStatus.Queued, CancellationToken)));
    }

    [Theory]
    [InlineData(DeviceState.Stopped, HttpStatusCode.Conflict, "DEVICE_NOT_RUNNING")]
    [InlineData(DeviceState.Pairing, HttpStatusCode.Conflict, "DEVICE_NOT_PAIRED")]
    [InlineData(DeviceState.Connected, HttpStatusCode.Accepted, null)]
    public async Task Send_RequireConnected_QueuesOnlyIfItIs(DeviceState state, HttpStatusCode status, string? code)
    {
        var device = await RegisterAsync();
        device.State = state;

        using var response = await SendAsync(device, new { message = "hi", requireConnected = true });

        if (code is not null)
        {
            await response.AssertProblemAsync(status, code);
        }

        Assert.Equal(status, response.StatusCode);
        var stored = await gateway.QueryAsync(db => db.Messages.CountAsync(m => m.PhoneNumber == Number(device), CancellationToken));
        Assert.Equal(code is null ? 1 : 0, stored);
    }

    [Fact]
    public async Task Send_SameKeyManyTimesAtOnce_IsOneMessage()
    {
        var device = await RegisterAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(device, new { message = "hi", wait = false }, "key-1")));

        var bodies = await Task.WhenAll(answers.Select(answer => answer.ReadJsonAsync(HttpStatusCode.Accepted)));
        Assert.Single(bodies.Select(body => Text(body, "id")).Distinct());
        Assert.Equal(1, bodies.Count(body => !body.GetProperty("idempotent").GetBoolean()));
        Assert.Equal(1, await gateway.QueryAsync(db => db.Messages.CountAsync(m => m.PhoneNumber == Number(device), CancellationToken)));
    }

    [Fact]
    public async Task Send_SameKeyOtherBody_IsAConflict()
    {
        var device = await RegisterAsync();
        using var first = await SendAsync(device, new { message = "hi", wait = false }, "key-1");

        using var other = await SendAsync(device, new { message = "ho", wait = false }, "key-1");
        using var otherDevice = await SendAsync(await RegisterAsync(), new { message = "ho", wait = false }, "key-1");

        await other.AssertProblemAsync(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT");
        Assert.Equal(HttpStatusCode.Accepted, otherDevice.StatusCode);
    }

    [Fact]
    public async Task Send_ManyAtOnce_EachIsStoredAndListed()
    {
        var device = await RegisterAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => SendAsync(device, new { message = $"n{n}", wait = false, tag = $"t{n % 2}" })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var seen = new HashSet<string>();
        string? after = null;
        do
        {
            var page = await gateway.Client.GetFromJsonAsync<JsonElement>($"/api/messages?device={Number(device)}&status=queued&tag=t1&limit=30&after={after}", CancellationToken);
            Assert.Equal(100, page.GetProperty("total").GetInt32());
            Assert.All(page.GetProperty("items").EnumerateArray(), item => Assert.True(seen.Add(Text(item, "id")!)));
            after = Text(page, "next");
        }
        while (after is not null);

        Assert.Equal(100, seen.Count);
    }

    [Fact]
    public async Task Send_UnknownDeviceAmongGood_OnlyThatOneIsRefused()
    {
        var device = await RegisterAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => SendAsync(n % 2 == 0 ? Number(device) : "5599999999999", new { message = "hi", wait = false })));

        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.NotFound));
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    private static string Number(FakeDevice device) => device.PhoneNumber;

    private async Task<FakeDevice> RegisterAsync()
    {
        var number = $"55410000{Interlocked.Increment(ref _devices):D4}";
        await gateway.RegisterAsync(number);
        return gateway.Devices[number];
    }

    private Task<HttpResponseMessage> SendAsync(FakeDevice device, object body, string? key = null) => SendAsync(Number(device), body, key);

    private async Task<HttpResponseMessage> SendAsync(string from, object body, string? key = null)
    {
        var json = JsonSerializer.SerializeToNode(body)!.AsObject();
        (json["from"], json["to"]) = (from, To);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send") { Content = JsonContent.Create(json) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await gateway.Client.SendAsync(request, CancellationToken);
    }

    private Task<MessageView?> SettleAsync(Guid id, TimeSpan wait, MessageStatus status)
    {
        Assert.Equal(TimeSpan.FromSeconds(30), wait);
        return gateway.QueryAsync<MessageView?>(async db =>
        {
            var message = await db.Messages.SingleAsync(m => m.Id == id, CancellationToken);
            message.Status = status;
            message.WhatsappMessageId = status == MessageStatus.Sent ? "3EB0AA" : null;
            (message.ErrorCode, message.ErrorDetail) = status == MessageStatus.Failed ? ("INVALID_JID", "not on whatsapp") : (null, null);
            await db.SaveChangesAsync(CancellationToken);
            return message.ToView();
        });
    }
}
