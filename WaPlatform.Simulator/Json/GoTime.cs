using System.Globalization;

namespace WaPlatform.Simulator.Json;

/// <summary>Times as Go prints them; everything is UTC (gowa sets time.Local to it).</summary>
internal static class GoTime
{
    /// <summary>RFC 3339 with the fraction cut after its last digit that is not zero.</summary>
    public static string Nano(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 in whole seconds.</summary>
    public static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>time.Time's own text, in whole seconds as WhatsApp's server stamps them.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss +0000 UTC", CultureInfo.InvariantCulture);
}
