using System.Runtime.InteropServices;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>The signals that .NET's own Process type can't send.</summary>
internal static partial class Signals
{
    private const int Term = 15;
    private const int Kill = 9;

    /// <summary>Asks a process to end. False if it is gone, or where there are no signals.</summary>
    public static bool Terminate(ProcessIdentity process) => Send(process, Term);

    public static bool KillNow(ProcessIdentity process) => Send(process, Kill);

    private static bool Send(ProcessIdentity process, int signal) =>
        !OperatingSystem.IsWindows() && process.IsRunning() && SendSignal(process.Pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
