using System.Buffers.Text;
using System.Text;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Lists;

/// <summary>Which page is asked for: <c>?limit=</c> (1–500) and <c>?after=</c>.</summary>
/// <param name="After">Key of the last item of the page before; null = from the start.</param>
internal sealed record PageRequest(int Limit, string? After)
{
    public const int DefaultLimit = 50;
    private const int MaxLimit = 500;
    private const int MaxCursor = 200;

    public static PageRequest Read(int? limit, string? after, FieldErrors errors)
    {
        errors.Require(limit is null or (>= 1 and <= MaxLimit), "limit", $"Must be from 1 to {MaxLimit}.");
        string? key = null;
        if (!string.IsNullOrEmpty(after) && !TryDecode(after, out key))
        {
            errors.Add("after", "Is not a cursor of this list.");
        }

        return new PageRequest(limit ?? DefaultLimit, key);
    }

    /// <summary>Hides the key, so that nobody comes to depend on its form.</summary>
    public static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static bool TryDecode(string cursor, out string? key)
    {
        key = null;
        var bytes = new byte[MaxCursor];
        if (cursor.Length > MaxCursor || !Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length))
        {
            return false;
        }

        // A cursor of ours is printable ASCII: anything else (NUL above all) must not reach the database.
        if (bytes.AsSpan(0, length).ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return false;
        }

        key = Encoding.ASCII.GetString(bytes, 0, length);
        return true;
    }
}
