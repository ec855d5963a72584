namespace WaPlatform.Tests.Platform;

/// <summary>Finds what was built beside the tests: they run from <c>root/WaPlatform.Tests/bin/Configuration/net10.0</c>.</summary>
public static class BuildOutput
{
    /// <summary>Root of the repository.</summary>
    public static string Root => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>Full path of the executable of another project, of the configuration that the tests were built in.</summary>
    /// <exception cref="FileNotFoundException">That project is not built.</exception>
    public static string Executable(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(
            output.Parent!.Parent!.Parent!.Parent!.FullName, project, "bin", output.Parent!.Name, output.Name, OperatingSystem.IsWindows() ? $"{project}.exe" : project);

        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} is not built: dotnet build WaPlatform.sln", path);
    }
}
