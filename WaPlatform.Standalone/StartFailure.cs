using Microsoft.Extensions.Options;

namespace WaPlatform.Standalone;

/// <summary>A start that a person has to do something about. Said in one message, without a stack trace.</summary>
internal sealed class StartFailure(int exitCode, string message) : Exception(message)
{
    public const int Configuration = 1;
    public const int PortInUse = 2;
    public const int DataDirectoryInUse = 3;
    public const int NotRestored = 4;

    public int ExitCode { get; } = exitCode;

    /// <summary>The failure that an exception stands for, or null if it is none of the foreseen ones.</summary>
    public static StartFailure? From(Exception exception) => exception switch
    {
        StartFailure failure => failure,
        OptionsValidationException invalid => new StartFailure(Configuration, string.Join(Environment.NewLine, invalid.Failures)),
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            new StartFailure(Configuration, string.Join(Environment.NewLine, several.InnerExceptions.Select(inner => From(inner)!.Message))),
        _ => null,
    };
}
