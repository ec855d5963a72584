using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;

namespace WaPlatform.Tests.Webhooks;

/// <summary>What a receiver gets of a message's trace where nobody records it.</summary>
public abstract class WebhookTraceTests(WebhookPlatform platform)
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly string _phone = WebhookPlatform.NextPhone();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_OfAMessageWithATrace_CarriesItEachTime()
    {
        var (traced, untraced) = (await StoreMessageAsync(TraceParent), await StoreMessageAsync(null));
        var webhook = await platform.SubscribeAsync("/trace", _phone);

        await AppendAsync(EventTypes.MessageStatus, traced);
        await AppendAsync(EventTypes.MessageStatus, untraced);
        await AppendAsync(EventTypes.MessageReceived, traced);
        var deliveries = await platform.WaitForDeliveriesAsync(webhook, "delivered", 3);
        var first = deliveries.Single(delivery => delivery.GetProperty("event").GetString() == platform.Receiver.At("/trace")[0].Id);
        await platform.CallAsync(HttpMethod.Post, $"{webhook}/deliveries/{first.GetProperty("id").GetString()}/redeliver");

        var posted = await platform.Receiver.WaitForAsync("/trace", 4);
        Assert.Equal([TraceParent, null, null, TraceParent], posted.Select(request => request.Headers.GetValueOrDefault("traceparent")));
    }

    private Task<IReadOnlyList<DeviceEvent>> AppendAsync(string type, Guid message) => platform.Journal.AppendAsync([platform.Journal.Next(_phone, type, $$"""{"id":"{{message}}","status":"sent"}""")]);

    private async Task<Guid> StoreMessageAsync(string? traceParent)
    {
        var now = TimeProvider.System.GetUtcNow();
        var message = new Message { Id = Guid.CreateVersion7(), PhoneNumber = _phone, To = "5511888888888@s.whatsapp.net", Body = "{}", Status = MessageStatus.Sent, CreatedAt = now, TraceParent = traceParent };
        await platform.QueryAsync(async db =>
        {
            if (await db.Devices.FindAsync([_phone], CancellationToken) is null)
            {
                db.Devices.Add(new Device { PhoneNumber = _phone, CreatedAt = now });
            }

            db.Messages.Add(message);
            return await db.SaveChangesAsync(CancellationToken);
        });
        return message.Id;
    }
}

public sealed class SqliteWebhookTraceTests(SqliteWebhookPlatform platform) : WebhookTraceTests(platform), IClassFixture<SqliteWebhookPlatform>;

public sealed class PostgresWebhookTraceTests(PostgresWebhookPlatform platform) : WebhookTraceTests(platform), IClassFixture<PostgresWebhookPlatform>;
