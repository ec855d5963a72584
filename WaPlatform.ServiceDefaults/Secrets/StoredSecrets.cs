using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace WaPlatform.ServiceDefaults.Secrets;

/// <summary>Protects what must be stored and read again in the clear: generated secrets, and proxies with their passwords.</summary>
public sealed class StoredSecrets(IDataProtectionProvider protection)
{
    // What lacks it was stored in the clear by an older version.
    private const string Mark = "dp:";

    private readonly IDataProtector _protector = protection.CreateProtector("stored");

    public string Protect(string plain) => Mark + _protector.Protect(plain);

    /// <param name="stored">Protected, or in the clear from before.</param>
    /// <exception cref="CryptographicException">The keys are not those that protected it.</exception>
    public string Reveal(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.StartsWith(Mark, StringComparison.Ordinal) ? _protector.Unprotect(stored[Mark.Length..]) : stored;
    }

    /// <summary>Null if the keys are not those that protected it.</summary>
    public string? TryReveal(string stored)
    {
        try
        {
            return Reveal(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
