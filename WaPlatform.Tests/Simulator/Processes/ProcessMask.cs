using System.Text.RegularExpressions;

namespace WaPlatform.Tests.Simulator.Processes;

/// <summary>Takes out of a process's output what no two starts share.</summary>
internal static partial class ProcessMask
{
    public static string Varying(string output)
    {
        var masked = LogTime().Replace(output, "<time>");
        masked = ConsoleTime().Replace(masked, "<time>");
        masked = Pid().Replace(masked, "$1<pid>");
        masked = Port().Replace(masked, "$1<port>");
        masked = AccessLine().Replace(masked, "");

        // A Go stack is nothing anybody reads by machine; only that there is one, and where it begins.
        return Stack().Replace(masked, "$1<stack>");
    }

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")]
    private static partial Regex LogTime();

    [GeneratedRegex(@"^\d{2}:\d{2}:\d{2}\.\d{3}", RegexOptions.Multiline)]
    private static partial Regex ConsoleTime();

    [GeneratedRegex(@"(INFO PID: \t+)\d+")]
    private static partial Regex Pid();

    [GeneratedRegex(@"((?:127\.0\.0\.1|\[::\]|::1|app_port):)\d{4,5}(?!\d)")]
    private static partial Regex Port();

    [GeneratedRegex(@"^\d{2}:\d{2}:\d{2} \| .*\n", RegexOptions.Multiline)]
    private static partial Regex AccessLine();

    [GeneratedRegex(@"(\n(?:goroutine 1 \[running\]:|runtime stack:|PC=)).*", RegexOptions.Singleline)]
    private static partial Regex Stack();
}
