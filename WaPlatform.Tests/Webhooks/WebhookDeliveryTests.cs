using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.ProcessHost;

namespace WaPlatform.Tests.Webhooks;

/// <summary>What receivers get, on either database.</summary>
public abstract class WebhookDeliveryTests(WebhookPlatform platform)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private Receiver Receiver => platform.Receiver;

    [Fact]
    public async Task Events_OfAllKinds_ThoseThatAreWantedComeSignedAndInOrder()
    {
        var (phone, other) = (WebhookPlatform.NextPhone(), WebhookPlatform.NextPhone());
        var webhook = await platform.CreateAsync(new { url = Receiver.Url("/wanted"), devices = new[] { phone }, events = new[] { "message.*", "device.qr" }, headers = new { Authorization = "Bearer abc" } });
        var secret = webhook.GetProperty("secret").GetString()!;

        await platform.AppendAsync(other, 1);
        await platform.AppendAsync(phone, 1, EventTypes.StateChanged);
        var wanted = await platform.AppendAsync(phone, 20);
        await platform.AppendAsync(phone, 1, EventTypes.ProcessStarted);
        var last = await platform.AppendAsync(phone, 1, EventTypes.Qr);

        var posted = await Receiver.WaitForAsync("/wanted", 21);
        Assert.Equal(wanted.Concat(last).Select(e => EventCursor.Of(e.Place)), posted.Select(request => request.Id));
        Assert.All(posted, request => Assert.True(request.IsSignedWith(secret)));
        Assert.All(posted, request => Assert.Equal(("Bearer abc", "application/json"), (request.Headers["Authorization"], request.Headers["Content-Type"])));
        Assert.All(posted, request => Assert.Equal(request.Id, request.Event.GetProperty("id").GetString()));
        Assert.Equal((phone, wanted[0].Sequence, "platform"), (posted[0].Event.GetProperty("phoneNumber").GetString(), posted[0].Event.GetProperty("sequence").GetInt64(), posted[0].Event.GetProperty("source").GetString()));
        Assert.InRange(long.Parse(posted[0].Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture), 1_700_000_000, 9_999_999_999);
        await platform.WaitForDeliveriesAsync(WebhookPlatform.PathOf(webhook), "delivered", 21);
    }

    [Fact]
    public async Task Receiver_IsAwayForATime_GetsEverythingInOrderUnderTheSameIds()
    {
        var phone = WebhookPlatform.NextPhone();
        var refusals = 0;
        Receiver.Answer("/away", (context, _) =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref refusals) <= 4 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        var webhook = await platform.SubscribeAsync("/away", phone);

        var events = await platform.AppendAsync(phone, 30);

        var posted = await Receiver.WaitForAsync("/away", 34);
        Assert.Equal(Enumerable.Repeat(events[0], 4).Concat(events).Select(e => EventCursor.Of(e.Place)), posted.Select(request => request.Id));
        var deliveries = await platform.WaitForDeliveriesAsync(webhook, "delivered", 30);
        Assert.Equal((5, 204), (deliveries[^1].GetProperty("attempts").GetInt32(), deliveries[^1].GetProperty("responseStatus").GetInt32()));
        Assert.Equal(events.Reverse().Select(e => EventCursor.Of(e.Place)), deliveries.Select(delivery => delivery.GetProperty("event").GetString()));
        Assert.Equal(0, (await platform.CallAsync(HttpMethod.Get, webhook)).GetProperty("consecutiveFailures").GetInt32());
    }

    [Fact]
    public async Task Event_HoldsTextThatIsNoUnicode_ComesAsItIsStoredAndHoldsNobodyUp()
    {
        const string Data = """{"text":"\ud800","other":"ação"}""";
        var phone = WebhookPlatform.NextPhone();
        await platform.SubscribeAsync("/broken", phone);

        await platform.Journal.AppendAsync([platform.Journal.Next(phone, data: Data), platform.Journal.Next(phone)]);

        var posted = await Receiver.WaitForAsync("/broken", 2);
        Assert.EndsWith($"\"data\":{Data}}}", System.Text.Encoding.UTF8.GetString(posted[0].Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_IsRefusedForGood_BecomesADeadLetterThatCanBeDeliveredAgain()
    {
        var phone = WebhookPlatform.NextPhone();
        var takes = false;
        Receiver.Answer("/picky", async (context, posted) =>
        {
            context.Response.StatusCode = takes || posted.Event.GetProperty("data").GetProperty("number").GetInt32() != 1 ? 200 : 422;
            await context.Response.WriteAsync(new string('é', 3000), context.RequestAborted);
        });
        var webhook = await platform.SubscribeAsync("/picky", phone);

        var events = await platform.AppendAsync(phone, 4);

        Assert.Equal(events.Select(e => EventCursor.Of(e.Place)), (await Receiver.WaitForAsync("/picky", 4)).Select(request => request.Id));
        var dead = (await platform.WaitForDeliveriesAsync(webhook, "dead", 1)).Single();
        Assert.Equal((EventCursor.Of(events[1].Place), 1, 422), (dead.GetProperty("event").GetString(), dead.GetProperty("attempts").GetInt32(), dead.GetProperty("responseStatus").GetInt32()));
        Assert.Equal(new string('é', 1024), dead.GetProperty("responseBody").GetString());

        var path = $"{webhook}/deliveries/{dead.GetProperty("id").GetString()}/redeliver";
        Assert.Equal("dead", (await platform.CallAsync(HttpMethod.Post, path)).GetProperty("status").GetString());
        takes = true;

        // Its text is kept with it, and does not need the journal.
        await platform.QueryAsync(db => db.Events.Where(e => e.Id == events[1].Place).ExecuteDeleteAsync(CancellationToken));
        var redelivered = await platform.CallAsync(HttpMethod.Post, path);
        Assert.Equal(("delivered", 3), (redelivered.GetProperty("status").GetString(), redelivered.GetProperty("attempts").GetInt32()));
        var again = Receiver.At("/picky")[^1];
        Assert.Equal((EventCursor.Of(events[1].Place), 1), (again.Id, again.Event.GetProperty("data").GetProperty("number").GetInt32()));
        await platform.WaitForDeliveriesAsync(webhook, "delivered", 4);
    }

    [Fact]
    public async Task Redeliver_TheOneThatHoldsTheOthers_TriesItAtOnce()
    {
        var phone = WebhookPlatform.NextPhone();
        Receiver.Answer("/held", 500);
        var webhook = await platform.SubscribeAsync("/held", phone);
        await platform.AppendAsync(phone, 3);
        var held = (await platform.WaitForDeliveriesAsync(webhook, "pending", 1)).Single();

        Receiver.Answer("/held", 200);
        await platform.CallAsync(HttpMethod.Post, $"{webhook}/deliveries/{held.GetProperty("id").GetString()}/redeliver");

        await platform.WaitForDeliveriesAsync(webhook, "delivered", 3);
    }

    [Fact]
    public async Task Receiver_Answers410_SwitchesTheWebhookOffAndTellsSo()
    {
        var phone = WebhookPlatform.NextPhone();
        Receiver.Answer("/gone", 410);
        var webhook = await platform.SubscribeAsync("/gone", phone);

        await platform.AppendAsync(phone, 2);

        await RunningHost.UntilAsync(async () => !(await platform.CallAsync(HttpMethod.Get, webhook)).GetProperty("active").GetBoolean(), () => "still active");
        Assert.Equal("gone", (await platform.CallAsync(HttpMethod.Get, webhook)).GetProperty("disabledReason").GetString());
        Assert.Single(Receiver.At("/gone"));
        var told = await platform.QueryAsync(db => db.Events.Where(e => e.Type == EventTypes.WebhookDisabled).Select(e => e.Data).ToListAsync(CancellationToken));
        var trouble = told.Select(data => JsonElement.Parse(data)).Single(data => webhook.EndsWith(data.GetProperty("webhook").GetString()!, StringComparison.Ordinal));
        Assert.Equal("127.0.0.1", trouble.GetProperty("host").GetString());

        // Switched on again, it gets what came meanwhile.
        Receiver.Answer("/gone", 200);
        await platform.CallAsync(HttpMethod.Patch, webhook, new { active = true });
        await Receiver.WaitForAsync("/gone", 2);
        Assert.Equal(JsonValueKind.Null, (await platform.CallAsync(HttpMethod.Get, webhook)).GetProperty("disabledReason").ValueKind);
    }

    [Fact]
    public async Task Replay_OfATimeRange_DeliversItAgainBesideTheNewOnes()
    {
        var phone = WebhookPlatform.NextPhone();
        var webhook = await platform.SubscribeAsync("/replay", phone);
        var events = await platform.AppendAsync(phone, 21);
        await Receiver.WaitForAsync("/replay", 21);
        await platform.WaitForDeliveriesAsync(webhook, "delivered", 21);

        var replay = await platform.CallAsync(HttpMethod.Post, $"{webhook}/replay", new { from = events[7].At, to = events[13].At }, HttpStatusCode.Accepted);
        await platform.AppendAsync(phone, 1);

        var expected = events.Where(e => e.At >= events[7].At && e.At <= events[13].At).Select(e => EventCursor.Of(e.Place)).ToList();
        Assert.Equal(expected.Count, replay.GetProperty("events").GetInt32());
        var posted = await Receiver.WaitForAsync("/replay", 22 + expected.Count);
        Assert.Equal(expected, posted.Skip(21).Select(request => request.Id).Where(id => expected.Contains(id)));
        var deliveries = await platform.WaitForDeliveriesAsync(webhook, "delivered", 22 + expected.Count);
        Assert.Equal(expected.Count, deliveries.Count(delivery => delivery.GetProperty("kind").GetString() == "replay"));
        await RunningHost.UntilAsync(async () => !(await platform.CallAsync(HttpMethod.Get, webhook)).GetProperty("replaying").GetBoolean(), () => "the replay does not end");
    }

    [Fact]
    public async Task RotateSecret_WhileTheOldOneIsInUse_SignsWithBoth()
    {
        var phone = WebhookPlatform.NextPhone();
        var webhook = await platform.CreateAsync(new { url = Receiver.Url("/rotate"), devices = new[] { phone } });
        var rotated = await platform.CallAsync(HttpMethod.Post, $"{WebhookPlatform.PathOf(webhook)}/rotate-secret");
        var (before, now) = (webhook.GetProperty("secret").GetString()!, rotated.GetProperty("secret").GetString()!);

        await platform.AppendAsync(phone, 1);

        var posted = (await Receiver.WaitForAsync("/rotate", 1))[0];
        Assert.NotEqual(before, now);
        Assert.Equal(2, posted.Headers["webhook-signature"].Split(' ').Length);
        Assert.True(posted.IsSignedWith(before) && posted.IsSignedWith(now));
        Assert.False((await platform.CallAsync(HttpMethod.Get, WebhookPlatform.PathOf(webhook))).TryGetProperty("secret", out _));
    }

    [Fact]
    public async Task Timeline_OfAMessageWhoseStatusWasPosted_ShowsIt()
    {
        var phone = WebhookPlatform.NextPhone();
        var message = new Message { Id = Guid.CreateVersion7(), PhoneNumber = phone, To = "5511888888888@s.whatsapp.net", Body = "{}", Status = MessageStatus.Sent, CreatedAt = TimeProvider.System.GetUtcNow() };
        await platform.QueryAsync(db =>
        {
            db.Devices.Add(new Device { PhoneNumber = phone, CreatedAt = message.CreatedAt });
            db.Messages.Add(message);
            return db.SaveChangesAsync(CancellationToken);
        });
        var webhook = await platform.SubscribeAsync("/timeline", phone);

        await platform.Journal.AppendAsync([platform.Journal.Next(phone, EventTypes.MessageStatus, $$"""{"id":"{{message.Id}}","status":"sent"}""")]);
        await platform.WaitForDeliveriesAsync(webhook, "delivered", 1);

        var steps = (await platform.CallAsync(HttpMethod.Get, $"/api/messages/{message.Id}/timeline")).GetProperty("steps").EnumerateArray().ToList();
        var step = steps.Single(step => step.GetProperty("hop").GetString() == "webhook");
        Assert.Equal((1, "delivered"), (step.GetProperty("attempt").GetInt32(), step.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task List_ForSomebodyLimitedToDevices_HasOnlyWebhooksOfThose()
    {
        var (mine, other) = (WebhookPlatform.NextPhone(), WebhookPlatform.NextPhone());
        var both = await platform.CreateAsync(new { url = Receiver.Url("/b"), devices = new[] { mine, other } });
        await platform.CreateAsync(new { url = Receiver.Url("/a"), active = false });
        using var created = await platform.SendAsync(HttpMethod.Post, "/api/webhooks", new { url = Receiver.Url("/m"), devices = new[] { mine } }, mine);
        var own = await created.ReadJsonAsync(HttpStatusCode.Created);

        using var list = await platform.SendAsync(HttpMethod.Get, "/api/webhooks", null, mine);
        using var foreign = await platform.SendAsync(HttpMethod.Get, WebhookPlatform.PathOf(both), null, mine);
        using var deliveries = await platform.SendAsync(HttpMethod.Get, $"{WebhookPlatform.PathOf(both)}/deliveries", null, mine);
        using var tested = await platform.SendAsync(HttpMethod.Post, $"{WebhookPlatform.PathOf(both)}/test", null, mine);
        using var removed = await platform.SendAsync(HttpMethod.Delete, WebhookPlatform.PathOf(both), null, mine);
        using var ofAll = await platform.SendAsync(HttpMethod.Post, "/api/webhooks", new { url = Receiver.Url("/x") }, mine);
        using var widened = await platform.SendAsync(HttpMethod.Patch, WebhookPlatform.PathOf(own), new { devices = new[] { mine, other } }, mine);
        using var opened = await platform.SendAsync(HttpMethod.Patch, WebhookPlatform.PathOf(own), new { devices = (string[]?)null }, mine);

        var page = await list.ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal([own.GetProperty("id").GetString()], page.GetProperty("items").EnumerateArray().Select(webhook => webhook.GetProperty("id").GetString()));
        Assert.Equal(1, page.GetProperty("total").GetInt32());
        foreach (var refused in new[] { foreign, deliveries, tested, removed })
        {
            await refused.AssertProblemAsync(HttpStatusCode.NotFound, "WEBHOOK_NOT_FOUND");
        }

        foreach (var refused in new[] { ofAll, widened, opened })
        {
            await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        }
    }
}

public sealed class SqliteWebhookDeliveryTests(SqliteWebhookPlatform platform) : WebhookDeliveryTests(platform), IClassFixture<SqliteWebhookPlatform>;

public sealed class PostgresWebhookDeliveryTests(PostgresWebhookPlatform platform) : WebhookDeliveryTests(platform), IClassFixture<PostgresWebhookPlatform>;
