using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>What people have one webhook do beside its walk.</summary>
internal sealed class WebhookDesk(WebhookDeliverer deliverer)
{
    private WebhookParts Parts => deliverer.Parts;

    /// <summary>Posts an event that nothing else is told of, once.</summary>
    public async Task<DeliveryView> TestAsync()
    {
        var now = Parts.TimeProvider.GetDatabaseTime();
        var delivery = new WebhookDelivery { Id = deliverer.NextId(), WebhookId = deliverer.Id, EventType = EventTypes.WebhookTest, Kind = DeliveryKind.Test, CreatedAt = now };
        var data = JsonSerializer.SerializeToElement(new { webhook = deliverer.Id }, WireJson.Options);
        var body = OutgoingEvent.Write(new EventView(delivery.RequestId, null, 0, EventTypes.WebhookTest, now, EventSource.Platform, data));

        var attempt = await Parts.Sender.PostAsync(deliverer.Target, delivery.RequestId, body, deliverer.Aborting);
        attempt.NoteIn(delivery);
        delivery.Status = attempt.Meaning == AnswerMeaning.Delivered ? DeliveryStatus.Delivered : DeliveryStatus.Dead;
        await SaveAsync(attempt, delivery, isNew: true);
        return delivery.ToView();
    }

    /// <summary>Posts the event of an earlier delivery again; what became of it then is only changed for the better.</summary>
    public async Task<DeliveryView> RedeliverAsync(Guid id)
    {
        if (deliverer.Hurry(id) is { } attempted)
        {
            return await attempted;
        }

        await using var db = await Parts.Databases.CreateDbContextAsync();
        var delivery = await db.WebhookDeliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.WebhookId == deliverer.Id) ?? throw NoDelivery("No delivery of this webhook has that id.");
        var body = await BodyOfAsync(db, delivery) ?? throw NoDelivery("The event of that delivery is not kept any more.");

        var attempt = await Parts.Sender.PostAsync(deliverer.Target, delivery.RequestId, body, deliverer.Aborting);
        attempt.NoteIn(delivery);
        if (attempt.Meaning == AnswerMeaning.Delivered)
        {
            (delivery.Status, delivery.Payload) = (DeliveryStatus.Delivered, null);
        }

        await SaveAsync(attempt, delivery, isNew: false);
        return delivery.ToView();
    }

    /// <summary>Begins a replay of what had its turn in a range of time: the rest comes by itself.</summary>
    public async Task<ReplayView> ReplayAsync(DateTimeOffset from, DateTimeOffset to)
    {
        await using var db = await Parts.Databases.CreateDbContextAsync();
        var done = deliverer.Ledger.Progress.Cursor;
        var range = db.Events.Where(e => e.At >= from && e.At <= to && e.Id <= done);
        if (deliverer.Target.Devices is { } only)
        {
            range = range.Where(e => e.PhoneNumber != null && only.Contains(e.PhoneNumber));
        }

        var found = await range.GroupBy(_ => 1).Select(all => new { First = all.Min(e => e.Id), Last = all.Max(e => e.Id), Count = all.Count() }).SingleOrDefaultAsync();
        if (found is not null)
        {
            await deliverer.ReplayAsync(found.First - 1, found.Last);
            await deliverer.Ledger.FlushAsync(deliverer.Aborting);
        }

        return new ReplayView(from, to, found?.Count ?? 0);
    }

    private static async Task<byte[]?> BodyOfAsync(WaDbContext db, WebhookDelivery delivery) =>
        delivery.Payload is { } payload ? Encoding.UTF8.GetBytes(payload)
        : await db.Events.AsNoTracking().SingleOrDefaultAsync(e => e.Id == delivery.EventPlace) is { } row ? new OutgoingEvent(row).Body
        : null;

    private async Task SaveAsync(Attempt attempt, WebhookDelivery delivery, bool isNew)
    {
        var copy = delivery.Copy();
        await Parts.Writes.RunAsync(db =>
        {
            db.Entry(copy).State = isNew ? EntityState.Added : EntityState.Modified;
            return db.SaveChangesAsync();
        });
        if (attempt.Meaning == AnswerMeaning.Delivered && deliverer is { IsActive: true, IsOver: false })
        {
            deliverer.Recovered(attempt.At);
        }
    }

    private static PlatformException NoDelivery(string detail) => new(ErrorCode.DeliveryNotFound, detail);
}
