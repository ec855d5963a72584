namespace WaPlatform.Tests.Simulator;

/// <summary>Finds the simulator's executable: the native publish that the build script names, else the build output beside the tests.</summary>
public static class SimulatorBinary
{
    /// <summary>Environment variable with the full path of a published (native) simulator.</summary>
    public const string Variable = "WAPLATFORM_SIMULATOR";

    private static readonly string? Named = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Full path of an executable that takes gowa's arguments and variables.</summary>
    /// <exception cref="FileNotFoundException">Neither the variable's file nor the build output exists.</exception>
    public static string Path { get; } = Existing(Named ?? BuildOutput());

    /// <summary>True for a published binary: only that one owes gowa's start time and memory.</summary>
    public static bool IsPublished => Named is not null;

    // The tests run from <root>/WaPlatform.Tests/bin/<Configuration>/net10.0.
    private static string BuildOutput()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        var root = output.Parent!.Parent!.Parent!.Parent!.FullName;
        var name = OperatingSystem.IsWindows() ? "WaPlatform.Simulator.exe" : "WaPlatform.Simulator";

        return System.IO.Path.Combine(root, "WaPlatform.Simulator", "bin", output.Parent!.Name, output.Name, name);
    }

    private static string Existing(string path) =>
        File.Exists(path) ? System.IO.Path.GetFullPath(path) : throw new FileNotFoundException("The simulator is not built.", path);
}
