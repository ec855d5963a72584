using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Access;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Messages;

public sealed class QueueTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static readonly string[] Members = ["phoneNumber", "pending", "sending", "scheduled", "paused", "oldestSeconds", "parkedUntil", "settings"];

    private static readonly DateTimeOffset Parked = new(2999, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private HttpClient Client => gateway.Client;

    [Fact]
    public async Task Get_OwnerAnswers_TellsWhatItSays()
    {
        await gateway.RegisterAsync("5571000000001");
        var until = FakeDevice.Since.AddHours(1);
        gateway.Devices["5571000000001"].Queue = new QueueInfo(3, 1, 2, true, 4.5, new QueueSettings(2, 500, 4, 100, true), until);

        using var response = await Client.GetAsync("/api/messages/queue/+5571000000001", CancellationToken);

        var queue = await response.ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal(Members, queue.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("5571000000001", 3, 1, 2, true, 4.5), (
            queue.GetProperty("phoneNumber").GetString(), Count(queue, "pending"), Count(queue, "sending"), Count(queue, "scheduled"),
            queue.GetProperty("paused").GetBoolean(), queue.GetProperty("oldestSeconds").GetDouble()));
        Assert.Equal(until, queue.GetProperty("parkedUntil").GetDateTimeOffset());
        Assert.Equal(
            """{"concurrency":2,"intervalMs":500,"intervalCap":4,"jitterMs":100,"simulateTyping":true}""", queue.GetProperty("settings").GetRawText());
    }

    [Theory]
    [InlineData("5571000000002", true)]
    [InlineData("5571000000003", false)]
    public async Task Get_OwnerCannotBeReached_TellsWhatTheRowsSay(string phone, bool hangs)
    {
        await RegisterWithMessagesAsync(phone);
        await gateway.QueryAsync(db => db.Devices.Where(d => d.PhoneNumber == phone).ExecuteUpdateAsync(set => set.SetProperty(d => d.QueuePaused, true), CancellationToken));
        gateway.Devices[phone].Hangs = hangs;
        gateway.Devices[phone].Failure = hangs ? null : new SiloUnavailableException();

        using var response = await Client.GetAsync($"/api/messages/queue/{phone}", CancellationToken);

        AssertRows(await response.ReadJsonAsync(HttpStatusCode.OK), paused: true);
    }

    [Fact]
    public async Task List_Pages_GiveEachDeviceOnceWithoutAskingItsOwner()
    {
        string[] phones = ["5572000000001", "5572000000002", "5572000000003", "5572000000004", "5572000000005"];
        foreach (var phone in phones)
        {
            await gateway.RegisterAsync(phone);
        }

        await RegisterWithMessagesAsync("5572000000006");
        var total = await gateway.QueryAsync(db => db.Devices.CountAsync(CancellationToken));
        var calls = phones.Select(phone => gateway.Devices[phone].Calls.Count).ToList();

        var seen = new List<JsonElement>();
        string? after = null;
        do
        {
            var page = await Client.GetFromJsonAsync<JsonElement>($"/api/messages/queues?limit=2&after={after}", CancellationToken);
            Assert.Equal(total, page.GetProperty("total").GetInt32());
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 2);
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.Equal(total, seen.Count);
        var numbers = seen.Select(queue => queue.GetProperty("phoneNumber").GetString()!).ToList();
        Assert.Equal(numbers.Order(StringComparer.Ordinal), numbers);
        Assert.Subset(numbers.ToHashSet(), phones.ToHashSet());
        Assert.All(seen, queue => Assert.Equal(Members, queue.EnumerateObject().Select(member => member.Name)));
        AssertRows(seen[numbers.IndexOf("5572000000006")], paused: false);
        var empty = seen[numbers.IndexOf("5572000000001")];
        Assert.Equal((0, 0, JsonValueKind.Null), (Count(empty, "pending"), Count(empty, "scheduled"), empty.GetProperty("oldestSeconds").ValueKind));
        Assert.Equal(calls, phones.Select(phone => gateway.Devices[phone].Calls.Count));
    }

    [Fact]
    public async Task PauseAndResume_AnswerTheQueueAsItIsThen()
    {
        await gateway.RegisterAsync("5571000000004");

        using var pause = await Client.PostAsync("/api/messages/queue/5571000000004/pause", null, CancellationToken);
        using var resume = await Client.PostAsync("/api/messages/queue/5571000000004/resume", null, CancellationToken);

        Assert.True((await pause.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("paused").GetBoolean());
        Assert.False((await resume.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("paused").GetBoolean());
        Assert.Equal(["5571000000004 SetQueuePausedAsync(True)", "5571000000004 SetQueuePausedAsync(False)"], gateway.Devices["5571000000004"].Calls.TakeLast(2));
    }

    [Fact]
    public async Task Pause_OwnerCannotBeReached_SaysSo()
    {
        await gateway.RegisterAsync("5571000000005");
        gateway.Devices["5571000000005"].Failure = new SiloUnavailableException();

        using var response = await Client.PostAsync("/api/messages/queue/5571000000005/pause", null, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
    }

    [Fact]
    public async Task Purge_AnswersHowManyWereCanceled()
    {
        await gateway.RegisterAsync("5571000000006");
        gateway.Devices["5571000000006"].Queue = new QueueInfo(3, 1, 2, false, null, new QueueSettings());

        using var response = await Client.DeleteAsync("/api/messages/queue/5571000000006", CancellationToken);

        Assert.Equal("""{"phoneNumber":"5571000000006","canceled":5}""", (await response.ReadJsonAsync(HttpStatusCode.OK)).GetRawText());
    }

    [Theory]
    [InlineData(UserRole.Viewer, false)]
    [InlineData(UserRole.Operator, true)]
    public async Task Roles_ViewersReadAndOperatorsAct(UserRole role, bool acts)
    {
        var phone = $"557300000000{(int)role}";
        await gateway.RegisterAsync(phone);
        await gateway.AddUserAsync($"{role}-of-queues", GatewayHost.AdminPassword, role);
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync($"{role}-of-queues", GatewayHost.AdminPassword));

        using var list = await client.GetAsync("/api/messages/queues", CancellationToken);
        using var one = await client.GetAsync($"/api/messages/queue/{phone}", CancellationToken);
        using var pause = await client.PostAsync($"/api/messages/queue/{phone}/pause", null, CancellationToken);
        using var resume = await client.PostAsync($"/api/messages/queue/{phone}/resume", null, CancellationToken);
        using var purge = await client.DeleteAsync($"/api/messages/queue/{phone}", CancellationToken);

        Assert.All([list, one], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All([pause, resume, purge], answer => Assert.Equal(acts ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode));
    }

    private static void AssertRows(JsonElement queue, bool paused)
    {
        Assert.Equal((2, 1, 1, paused), (Count(queue, "pending"), Count(queue, "sending"), Count(queue, "scheduled"), queue.GetProperty("paused").GetBoolean()));

        // Its messages are as old as FakeDevice.Since.
        Assert.True(queue.GetProperty("oldestSeconds").GetDouble() > 0);
        Assert.Equal(Parked, queue.GetProperty("parkedUntil").GetDateTimeOffset());
        Assert.Equal(1000, queue.GetProperty("settings").GetProperty("intervalMs").GetInt32());
    }

    private static int Count(JsonElement queue, string member) => queue.GetProperty(member).GetInt32();

    private async Task RegisterWithMessagesAsync(string phone)
    {
        await gateway.RegisterAsync(phone);
        foreach (var status in (MessageStatus[])[
            MessageStatus.Queued, MessageStatus.Queued, MessageStatus.Sending, MessageStatus.Scheduled, MessageStatus.Sent, MessageStatus.Failed, MessageStatus.Uncertain])
        {
            await gateway.StoreMessageAsync(phone, status, message =>
            {
                message.DueAt = Parked;
                message.ErrorCode = status == MessageStatus.Scheduled ? "WA_REACHOUT_TIMELOCK" : null;
            });
        }
    }
}
