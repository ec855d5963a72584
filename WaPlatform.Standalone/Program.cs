using WaPlatform.Standalone;

try
{
    return RestoreArguments.Are(args) ? await RestoreArguments.RunAsync(args) : await StandaloneRun.RunAsync(args);
}
catch (Exception exception) when (StartFailure.From(exception) is { } failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}
