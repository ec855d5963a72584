using System.Globalization;
using WaPlatform.Tests.Processes;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Cluster;

/// <summary>The engine processes that really run, from the kernel.</summary>
internal static class Engines
{
    /// <summary>Pids of the engines whose parent is a process.</summary>
    public static HashSet<int> Of(int host) => [.. Pids().Where(pid => IsEngine(pid) && ParentOf(pid) == host)];

    /// <summary>Pids of the engines that work in a directory, whoever started them.</summary>
    public static HashSet<int> In(string directory) => [.. LeftOver.Find(directory).Where(IsEngine)];

    private static IEnumerable<int> Pids() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid != 0);

    private static bool IsEngine(int pid) => Read(() => File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)?.FullName == SimulatorBinary.Path) ?? false;

    // The name of the program, in parentheses, may hold anything; behind it come the state and the parent.
    private static int? ParentOf(int pid) => Read(() =>
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    });

    private static T? Read<T>(Func<T> read) where T : struct
    {
        try
        {
            return read();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
