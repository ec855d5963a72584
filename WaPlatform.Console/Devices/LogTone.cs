namespace WaPlatform.Console.Devices;

/// <summary>Which log lines stand out. The stream does not tell: the engine writes nearly everything to stderr.</summary>
public static class LogTone
{
    private static readonly string[] Marks = ["level=error", "level=fatal", "level=panic", "panic:", "[ERROR]", "ERROR "];

    public static bool IsError(LogLine line) => Marks.Any(mark => line.Text.Contains(mark, StringComparison.Ordinal));
}
