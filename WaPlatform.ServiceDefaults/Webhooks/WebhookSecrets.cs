using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace WaPlatform.ServiceDefaults.Webhooks;

/// <summary>Protects what a webhook's row keeps secret: signing secrets, and headers with credentials.</summary>
public sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("webhooks");

    public string Protect(string plain) => _protector.Protect(plain);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys are not those that protected it.</exception>
    public string Unprotect(string protectedText) => _protector.Unprotect(protectedText);

    /// <returns>Null for none.</returns>
    public string? ProtectHeaders(IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return headers.Count == 0 ? null : Protect(JsonSerializer.Serialize(headers));
    }

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys are not those that protected them.</exception>
    public IReadOnlyDictionary<string, string> UnprotectHeaders(string? protectedText) =>
        protectedText is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(Unprotect(protectedText))!;
}
