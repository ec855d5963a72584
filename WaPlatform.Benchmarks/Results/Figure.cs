using System.Text.Json.Serialization;

namespace WaPlatform.Benchmarks.Results;

/// <summary>One measured quantity: a value for each round.</summary>
internal sealed class Figure(string name, string unit)
{
    public string Name { get; } = name;

    public string Unit { get; } = unit;

    public List<double> Rounds { get; } = [];

    /// <summary>What the product owes, and whether its median keeps it.</summary>
    public string? Remark { get; set; }

    [JsonIgnore]
    public double Median => Rounds.Percentile(50);
}
