using System.Collections.Frozen;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Webhooks;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>Where a webhook posts what, as people have set it.</summary>
internal sealed record WebhookTarget(
    Uri Url, IReadOnlyDictionary<string, string> Headers, byte[] Key, byte[]? PreviousKey, DateTimeOffset? PreviousUntil, IReadOnlyList<string> Patterns, FrozenSet<string>? Devices)
{
    /// <exception cref="System.Security.Cryptography.CryptographicException">What is protected in the row can't be read here.</exception>
    public static WebhookTarget Of(Webhook row, WebhookSecrets secrets) => new(
        new Uri(row.Url), secrets.UnprotectHeaders(row.Headers), KeyOf(row.Secret, secrets), row.PreviousSecret is { } previous ? KeyOf(previous, secrets) : null, row.PreviousSecretUntil,
        row.Events, row.Devices?.ToFrozenSet(StringComparer.Ordinal));

    public bool Wants(OutgoingEvent e) =>
        (Devices is null || (e.PhoneNumber is { } phone && Devices.Contains(phone))) && Patterns.Any(pattern => EventPattern.Matches(pattern, e.Type));

    /// <summary>The keys that sign at a time; the newest first.</summary>
    public IEnumerable<byte[]> KeysAt(DateTimeOffset now) => PreviousKey is { } previous && now < PreviousUntil ? [Key, previous] : [Key];

    private static byte[] KeyOf(string protectedSecret, WebhookSecrets secrets) => SigningSecret.TryRead(secrets.Unprotect(protectedSecret), out var key)
        ? key
        : throw new System.Security.Cryptography.CryptographicException("The stored secret is none.");
}
