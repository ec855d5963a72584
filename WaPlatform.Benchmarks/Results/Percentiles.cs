namespace WaPlatform.Benchmarks.Results;

internal static class Percentiles
{
    /// <summary>The smallest value that so much of the values do not exceed (nearest rank).</summary>
    /// <param name="percent">Above 0, up to 100.</param>
    public static double Percentile(this IReadOnlyCollection<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Max((int)Math.Ceiling(sorted.Length * percent / 100) - 1, 0)];
    }
}
