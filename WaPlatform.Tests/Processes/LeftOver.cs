using System.Diagnostics;
using System.Globalization;

namespace WaPlatform.Tests.Processes;

/// <summary>Processes that still work in a directory whose owner has ended.</summary>
internal static class LeftOver
{
    /// <summary>Pids of processes whose working directory is in <paramref name="directory"/>.</summary>
    public static int[] Find(string directory) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid != 0 && WorksIn(pid, directory)),
    ];

    /// <summary>Waits until there is none.</summary>
    /// <exception cref="InvalidOperationException">Some stayed; they are killed.</exception>
    public static async Task WaitUntilGoneAsync(string directory, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        int[] pids;
        while ((pids = Find(directory)).Length > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                Array.ForEach(pids, pid => Signal.Send(pid, 9));
                throw new InvalidOperationException($"{pids.Length} engine processes outlived their platform.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static bool WorksIn(int pid, string directory)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName.StartsWith(directory, StringComparison.Ordinal) == true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
