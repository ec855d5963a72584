using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults;

/// <summary>A start that a person has to do something about. Said in one message, without a stack trace.</summary>
public sealed class StartFailureException(int exitCode, string message) : Exception(message)
{
    public const int Configuration = 1;
    public const int PortInUse = 2;
    public const int DataDirectoryInUse = 3;
    public const int NotRestored = 4;

    public int ExitCode { get; } = exitCode;

    /// <summary>The failure that an exception stands for, or null if it is none of the foreseen ones.</summary>
    public static StartFailureException? From(Exception exception) => exception switch
    {
        StartFailureException failure => failure,
        OptionsValidationException invalid => new StartFailureException(Configuration, string.Join(Environment.NewLine, invalid.Failures)),
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            new StartFailureException(Configuration, string.Join(Environment.NewLine, several.InnerExceptions.Select(inner => From(inner)!.Message))),
        _ => null,
    };

    /// <summary>Says it on standard error.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TellAsync()
    {
        await Console.Error.WriteLineAsync(Message);
        return ExitCode;
    }
}
