using System.Security.Cryptography;
using System.Text;

namespace WaPlatform.ProcessHost.Mirror;

/// <summary>The engine's signature of a webhook: <c>sha256=</c> and the hex HMAC-SHA256 of the raw body (gowa contract §6.1).</summary>
internal static class WebhookSignature
{
    private const string Prefix = "sha256=";

    public static bool IsValid(string? header, ReadOnlySpan<byte> body, string secret)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (header is null || !header.StartsWith(Prefix, StringComparison.Ordinal)
            || Convert.FromHexString(header.AsSpan(Prefix.Length), given, out _, out var written) != System.Buffers.OperationStatus.Done
            || written != given.Length)
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(given, HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
    }
}
