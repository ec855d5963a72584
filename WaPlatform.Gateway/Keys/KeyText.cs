using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace WaPlatform.Gateway.Keys;

/// <summary>
/// The text of a key: <c>wak_{id}_{secret}</c>, letters and digits that a double click marks as one word. The prefix <c>wak_{id}</c> finds its row
/// and may be shown; the secret is checked.
/// </summary>
internal static class KeyText
{
    public const string Start = "wak_";

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 12;
    private const int PrefixLength = 16;

    // 62 to the power of 43 is more than 2 to the power of 256.
    private const int SecretLength = 43;
    private const int Length = PrefixLength + 1 + SecretLength;

    private static readonly SearchValues<char> Plain = SearchValues.Create(Letters);

    /// <summary>A new key, and what is stored of it.</summary>
    public static (string Text, string Prefix, string Hash) Create()
    {
        var prefix = Start + RandomNumberGenerator.GetString(Letters, IdLength);
        var secret = RandomNumberGenerator.GetString(Letters, SecretLength);
        return ($"{prefix}_{secret}", prefix, HashOf(secret));
    }

    public static bool TryRead(string text, [NotNullWhen(true)] out string? prefix, [NotNullWhen(true)] out string? secret)
    {
        (prefix, secret) = (null, null);
        if (text.Length != Length || !text.StartsWith(Start, StringComparison.Ordinal) || text[PrefixLength] != '_'
            || !IsPlain(text.AsSpan(Start.Length, IdLength)) || !IsPlain(text.AsSpan(PrefixLength + 1)))
        {
            return false;
        }

        (prefix, secret) = (text[..PrefixLength], text[(PrefixLength + 1)..]);
        return true;
    }

    /// <summary>
    /// SHA-256, not a password hash: those are slow so that guessing takes long, and 256 random bits can't be guessed at any speed, while every request
    /// would pay for the slowness.
    /// </summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>In the same time whatever differs.</summary>
    public static bool Matches(string hash, string secret) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash), Encoding.UTF8.GetBytes(HashOf(secret)));

    private static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Plain);
}
