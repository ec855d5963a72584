using System.Globalization;

namespace WaPlatform.Console.Devices;

/// <summary>Where the points of a small chart are, in a box of 100 by 28.</summary>
public static class SparkPoints
{
    private const double Width = 100;
    private const double Top = 2;
    private const double Bottom = 26;

    /// <returns>For an SVG polyline; empty for fewer than two values. The scale begins at 0, so that a flat line looks flat.</returns>
    public static string Of(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2)
        {
            return "";
        }

        var largest = Math.Max(values.Max(), double.Epsilon);
        var step = Width / (values.Count - 1);
        return string.Join(' ', values.Select((value, index) =>
            string.Create(CultureInfo.InvariantCulture, $"{index * step:0.##},{Bottom - (Math.Max(0, value) / largest * (Bottom - Top)):0.##}")));
    }
}
