namespace WaPlatform.Contracts.Webhooks;

/// <summary>
/// The one deliverer of a webhook, keyed by its id: walks the journal and posts, one event after another. Refusals are
/// <see cref="Faults.PlatformException"/>s with a code of the public API.
/// </summary>
[Alias("WaPlatform.IWebhookGrain")]
public interface IWebhookGrain : IGrainWithGuidKey
{
    /// <summary>Wakes the deliverer, which reads its row again if that has changed. Idempotent. Ends it if the row is gone or not active.</summary>
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>Posts an event of type <c>webhook.test</c> once, active or not, and returns what came of it. Fault: WEBHOOK_NOT_FOUND.</summary>
    [Alias("Test"), ResponseTimeout("00:01:30")]
    Task<DeliveryView> TestAsync();

    /// <summary>Posts an event of an earlier delivery once more, now. Faults: WEBHOOK_NOT_FOUND, DELIVERY_NOT_FOUND (also if the event is no longer kept).</summary>
    [Alias("Redeliver"), ResponseTimeout("00:01:30")]
    Task<DeliveryView> RedeliverAsync(Guid delivery);

    /// <summary>
    /// Begins to deliver again, in order and beside the new ones, the events of a range of time that had their turn. A replay that is under way is replaced; one of a
    /// webhook that is not active waits until it is. Fault: WEBHOOK_NOT_FOUND.
    /// </summary>
    [Alias("Replay")]
    Task<ReplayView> ReplayAsync(DateTimeOffset from, DateTimeOffset to);
}
