using System.Security.Cryptography;
using System.Text.Json.Serialization;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data.Webhooks;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Gateway.Webhooks;

/// <summary>A webhook, as it is set and as it does.</summary>
/// <param name="Secret">Only in the answer to the call that set it.</param>
/// <param name="PreviousSecretUntil">Until then the secret before signs too.</param>
/// <param name="Devices">Null: all.</param>
/// <param name="Headers">Their values are not shown.</param>
/// <param name="DisabledReason">Why it is not active, if nobody switched it off.</param>
/// <param name="FailingSince">Since when no delivery succeeds; null while they do.</param>
/// <param name="MissedAt">When events were last found to have been removed from the journal before they could be delivered.</param>
internal sealed record WebhookView(
    Guid Id,
    string Url,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret,
    DateTimeOffset? PreviousSecretUntil,
    IReadOnlyList<string> Events,
    IReadOnlyList<string>? Devices,
    IReadOnlyDictionary<string, string> Headers,
    bool Active,
    WebhookDisabledReason? DisabledReason,
    DateTimeOffset? FailingSince,
    int ConsecutiveFailures,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? LastSuccessAt,
    DateTimeOffset? MissedAt,
    bool Replaying,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <param name="secret">The one to be shown this once.</param>
    public static WebhookView Of(Webhook row, WebhookSecrets secrets, string? secret = null) => new(
        row.Id, row.Url, secret, row.PreviousSecretUntil, row.Events, row.Devices, MaskedHeaders(row, secrets), row.Active, row.DisabledReason,
        row.FailingSince, row.ConsecutiveFailures, row.NextAttemptAt, row.LastSuccessAt, row.MissedAt, row.ReplayCursor is not null, row.CreatedAt, row.UpdatedAt);

    // One row that can't be read, after its keys were lost, must not hide all others.
    private static Dictionary<string, string> MaskedHeaders(Webhook row, WebhookSecrets secrets)
    {
        try
        {
            return WebhookHeaders.Masked(secrets.UnprotectHeaders(row.Headers));
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
