using System.Security.Cryptography;

namespace WaPlatform.ServiceDefaults.Webhooks;

/// <summary>The form of signing secrets (Standard Webhooks): <c>whsec_</c> and the base64 of 24 to 64 bytes, which are the key.</summary>
public static class SigningSecret
{
    private const string Prefix = "whsec_";
    private const int MinBytes = 24;
    private const int MaxBytes = 64;
    private const int MadeBytes = 32;

    /// <summary>A new one.</summary>
    public static string Create() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(MadeBytes));

    /// <param name="key">What requests are signed with.</param>
    public static bool TryRead(string? secret, out byte[] key)
    {
        key = [];
        var bytes = new byte[MaxBytes];
        if (secret is null || !secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.Any(char.IsWhiteSpace)
            || !Convert.TryFromBase64Chars(secret.AsSpan(Prefix.Length), bytes, out var length) || length < MinBytes)
        {
            return false;
        }

        key = bytes[..length];
        return true;
    }
}
