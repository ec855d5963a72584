using System.Globalization;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>A process that can't be mistaken for a later one with the same pid: pid, start time, and the boot that both belong to.</summary>
/// <param name="StartTicks">Clock ticks from boot to start (Linux, /proc/{pid}/stat field 22); elsewhere ticks of the start time.</param>
internal sealed record ProcessIdentity(int Pid, long StartTicks, string Boot)
{
    public static string CurrentBoot { get; } =
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    /// <summary>The identity of a process that runs now, or null if there is none of that pid.</summary>
    public static ProcessIdentity? Of(int pid) => StartTicksOf(pid) is { } ticks ? new ProcessIdentity(pid, ticks, CurrentBoot) : null;

    /// <summary>True while exactly this process still runs; one that ended and waits for its parent does not.</summary>
    public bool IsRunning() => Boot == CurrentBoot && StartTicksOf(Pid) == StartTicks;

    private static long? StartTicksOf(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return StartTimeOf(pid);
        }

        try
        {
            // "pid (name) state ppid …": the name may hold spaces and brackets, so count from the last ')'.
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long? StartTimeOf(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
