using System.Runtime.InteropServices;
using WaPlatform.Benchmarks.Processes;

namespace WaPlatform.Benchmarks.Results;

/// <summary>Where the figures are from.</summary>
internal sealed record Machine(int Cores, string Kernel, string Runtime, string Build, string Database, string Redis, string Engine)
{
    public bool IsSqlite => Database == "SQLite";

    public static Machine Of(BenchmarkOptions options) => new(
        Environment.ProcessorCount,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
        RuntimeInformation.FrameworkDescription,
        BuildOutput.Configuration,
        options.Database?.Contains("Data Source=", StringComparison.OrdinalIgnoreCase) ?? true ? "SQLite" : "PostgreSQL",
        options.Redis is null ? "embedded" : "server",
        BuildOutput.IsSimulatorNative ? "native simulator" : "simulator on .NET");

    public override string ToString() =>
        $"{Cores} cores, {Kernel}, {Runtime}, {Build} build; database: {Database}, Redis: {Redis}, engine: {Engine}.";
}
