using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Access;
using WaPlatform.Data.Messages;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Messages;

public sealed class MessageActionTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string Phone = "5561000000001";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private FakeDevice Device => gateway.Devices[Phone];

    [Fact]
    public async Task Cancel_OwnerTakesItBack_AnswersTheMessageAsItIsThen()
    {
        var message = await StoreAsync(MessageStatus.Queued);
        Device.OnCommand = id =>
        {
            Assert.Equal(message.Id, id);
            return message.ToView() with { Status = MessageStatus.Canceled };
        };

        using var response = await gateway.Client.PostAsync($"/api/messages/{message.Id}/cancel", null, CancellationToken);

        var answer = await response.ReadJsonAsync(HttpStatusCode.OK);
        Assert.EndsWith("CancelMessageAsync", Device.Calls.Last(), StringComparison.Ordinal);
        Assert.Equal((message.Id.ToString(), "canceled"), (answer.GetProperty("id").GetString(), answer.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Retry_OwnerQueuesItAgain_AnswersTheMessageAsItIsThen()
    {
        var message = await StoreAsync(MessageStatus.Failed);
        Device.OnCommand = id =>
        {
            Assert.Equal(message.Id, id);
            return message.ToView() with { Status = MessageStatus.Queued };
        };

        using var response = await gateway.Client.PostAsync($"/api/messages/{message.Id}/retry", null, CancellationToken);

        Assert.EndsWith("RetryMessageAsync", Device.Calls.Last(), StringComparison.Ordinal);
        Assert.Equal("queued", (await response.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task Action_MessageIsPastIt_Answers409(string action)
    {
        var message = await StoreAsync(MessageStatus.Sent);
        Device.OnCommand = _ => throw new PlatformException(ErrorCode.MessageStateConflict, "This one is sent.");

        using var response = await gateway.Client.PostAsync($"/api/messages/{message.Id}/{action}", null, CancellationToken);

        var problem = await response.AssertProblemAsync(HttpStatusCode.Conflict, "MESSAGE_STATE_CONFLICT");
        Assert.Equal("This one is sent.", problem.GetProperty("detail").GetString());
        Assert.False(problem.GetProperty("retriable").GetBoolean());
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task Action_OwnerCannotBeReached_SaysSo(string action)
    {
        var message = await StoreAsync(MessageStatus.Queued);
        Device.OnCommand = _ => throw new SiloUnavailableException("secret");

        using var response = await gateway.Client.PostAsync($"/api/messages/{message.Id}/{action}", null, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
    }

    [Fact]
    public async Task Timeline_MessageWithAttempts_TellsEachHopInOrder()
    {
        var at = FakeDevice.Since;
        var message = await StoreAsync(MessageStatus.Sent, row =>
        {
            row.Attempts = 1;
            row.Note(MessageHop.Attempt, at.AddSeconds(1));
            row.Note(MessageHop.EngineAnswer, at.AddSeconds(2), "TIMEOUT", "no \"answer\"\nat all");
            row.Attempts = 2;
            row.Note(MessageHop.Sent, at.AddSeconds(3));
        });

        using var response = await gateway.Client.GetAsync($"/api/messages/{message.Id}/timeline", CancellationToken);

        var timeline = await response.ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal((message.Id.ToString(), "sent"), (timeline.GetProperty("id").GetString(), timeline.GetProperty("status").GetString()));
        Assert.Equal(
            [
                """{"at":"2026-01-02T03:04:05+00:00","hop":"accepted"}""",
                """{"at":"2026-01-02T03:04:05+00:00","hop":"queued"}""",
                """{"at":"2026-01-02T03:04:06+00:00","hop":"attempt","attempt":1}""",
                """{"at":"2026-01-02T03:04:07+00:00","hop":"engine_answer","attempt":1,"code":"TIMEOUT","detail":"no \"answer\"\nat all"}""",
                """{"at":"2026-01-02T03:04:08+00:00","hop":"sent","attempt":2}""",
            ],
            timeline.GetProperty("steps").EnumerateArray().Select(step => step.GetRawText()));
    }

    [Fact]
    public async Task Viewer_MayReadTheTimelineOnly()
    {
        var message = await StoreAsync(MessageStatus.Queued);
        await gateway.AddUserAsync("viewer-of-messages", GatewayHost.AdminPassword, UserRole.Viewer);
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync("viewer-of-messages", GatewayHost.AdminPassword));

        using var cancel = await client.PostAsync($"/api/messages/{message.Id}/cancel", null, CancellationToken);
        using var retry = await client.PostAsync($"/api/messages/{message.Id}/retry", null, CancellationToken);
        using var timeline = await client.GetAsync($"/api/messages/{message.Id}/timeline", CancellationToken);

        await cancel.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        await retry.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        Assert.Equal(2, (await timeline.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("steps").GetArrayLength());
    }

    private async Task<Message> StoreAsync(MessageStatus status, Action<Message>? change = null)
    {
        if (!await gateway.QueryAsync(db => db.Devices.AnyAsync(d => d.PhoneNumber == Phone, CancellationToken)))
        {
            await gateway.RegisterAsync(Phone);
        }

        return await gateway.StoreMessageAsync(Phone, status, change);
    }
}
