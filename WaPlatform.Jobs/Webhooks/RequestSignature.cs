using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>Signs requests as Standard Webhooks has it: <c>v1,</c> and the base64 HMAC-SHA256 of <c>id.timestamp.body</c>, one for each key, with spaces between.</summary>
internal static class RequestSignature
{
    /// <param name="timestamp">Seconds since 1970.</param>
    public static string Of(string id, long timestamp, ReadOnlySpan<byte> body, IEnumerable<byte[]> keys)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] content = [.. head, .. body];
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}"));
    }
}
