namespace WaPlatform.Benchmarks.Processes;

/// <summary>Finds the programs that were built beside this one: it runs from <c>root/WaPlatform.Benchmarks/bin/Configuration/net10.0</c>.</summary>
internal static class BuildOutput
{
    public static string Configuration { get; } = Own.Parent!.Name;

    public static string Standalone { get; } = Path.Combine(Own.Parent!.Parent!.Parent!.Parent!.FullName, "WaPlatform.Standalone", "bin", Configuration, Own.Name, "WaPlatform.Standalone");

    /// <summary>The native simulator that <c>WAPLATFORM_SIMULATOR</c> names, else the one that Standalone brings along.</summary>
    public static string Simulator { get; } = Environment.GetEnvironmentVariable("WAPLATFORM_SIMULATOR") is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(Path.GetDirectoryName(Standalone)!, "simulator", "WaPlatform.Simulator");

    public static bool IsSimulatorNative { get; } = !File.Exists(Path.ChangeExtension(Simulator, ".dll")) && !File.Exists($"{Simulator}.dll");

    private static DirectoryInfo Own => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
}
