using System.Globalization;

namespace WaPlatform.Gateway;

/// <summary>Times that callers send.</summary>
internal static class Rfc3339
{
    /// <summary>Reads a time with date and offset, as precisely as it can be stored. Without an offset it would be our time zone that decides.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        var hasOffset = text.Length > 10 && text[10] is 'T' or 't' or ' ' && (text[^1] is 'Z' or 'z' || text.AsSpan(11).ContainsAny('+', '-'));
        if (!hasOffset || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time))
        {
            time = default;
            return false;
        }

        time = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
        return true;
    }
}
