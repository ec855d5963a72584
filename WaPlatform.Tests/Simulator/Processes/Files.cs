namespace WaPlatform.Tests.Simulator.Processes;

internal static class Files
{
    /// <summary>All files below a directory, relative and sorted as the recording has them.</summary>
    public static string[] In(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(directory, file)).Order(StringComparer.Ordinal)];
}
