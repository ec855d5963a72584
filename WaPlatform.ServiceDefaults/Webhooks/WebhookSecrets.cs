using Microsoft.AspNetCore.DataProtection;

namespace WaPlatform.ServiceDefaults.Webhooks;

/// <summary>Protects what a webhook's row keeps secret: signing secrets, and headers with credentials.</summary>
public sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("webhooks");

    public string Protect(string plain) => _protector.Protect(plain);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys are not those that protected it.</exception>
    public string Unprotect(string protectedText) => _protector.Unprotect(protectedText);
}
