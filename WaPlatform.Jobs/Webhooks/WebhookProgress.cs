using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>How far a webhook has come.</summary>
/// <param name="Cursor">Place up to which every event had its turn.</param>
/// <param name="ReplayCursor">The same of a replay that is under way, which ends with <paramref name="ReplayUntil"/>.</param>
/// <param name="MissedAt">When events were last found to have been removed before their turn.</param>
internal sealed record WebhookProgress(long Cursor, long? ReplayCursor, long? ReplayUntil, DateTimeOffset? MissedAt, ReceiverHealth Health)
{
    public static WebhookProgress Of(Webhook row) => new(row.Cursor, row.ReplayCursor, row.ReplayUntil, row.MissedAt, ReceiverHealth.Of(row));
}
