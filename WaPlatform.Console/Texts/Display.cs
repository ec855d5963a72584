using System.Globalization;
using Microsoft.Extensions.Localization;

namespace WaPlatform.Console.Texts;

/// <summary>How times, sizes and names of the wire are written for people.</summary>
public static class Display
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Date and time of day where the reader is.</summary>
    public static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("G", CultureInfo.CurrentCulture);

    public static string TimeOfDay(DateTimeOffset at) => at.ToLocalTime().ToString("T", CultureInfo.CurrentCulture);

    /// <summary>In the largest unit that fits: 45 s, 12 min, 3 h, 5 d.</summary>
    public static string Span(TimeSpan span)
    {
        var seconds = Math.Max(0, span.TotalSeconds);
        return seconds switch
        {
            < 60 => $"{seconds:0} s",
            < 3600 => $"{Math.Floor(seconds / 60):0} min",
            < 172_800 => $"{Math.Floor(seconds / 3600):0} h",
            _ => $"{Math.Floor(seconds / 86_400):0} d",
        };
    }

    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.CurrentCulture, $"{value.ToString(value >= 100 || unit == 0 ? "0" : "0.0", CultureInfo.CurrentCulture)} {Units[unit]}");
    }

    public static string Number(double value) => value.ToString(value >= 100 || value == Math.Floor(value) ? "#,0" : "0.0", CultureInfo.CurrentCulture);

    /// <summary>A word of the wire in the reader's language: <c>State.backing_off</c>. One that this version does not know stays as it is.</summary>
    public static string Word(this IStringLocalizer<Words> words, string kind, string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "";
        }

        var text = words[$"{kind}.{name}"];
        return text.ResourceNotFound ? name.Replace('_', ' ') : text;
    }
}
