namespace WaPlatform.Standalone;

/// <summary>A start that a person has to do something about. Said in one message, without a stack trace.</summary>
internal sealed class StartFailure(int exitCode, string message) : Exception(message)
{
    public const int Configuration = 1;
    public const int PortInUse = 2;
    public const int DataDirectoryInUse = 3;

    public int ExitCode { get; } = exitCode;
}
