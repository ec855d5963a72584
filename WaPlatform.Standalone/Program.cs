using WaPlatform.ServiceDefaults;
using WaPlatform.Standalone;

PrivateFiles.UseInThisProcess();
try
{
    return RestoreArguments.Are(args) ? await RestoreArguments.RunAsync(args) : await StandaloneRun.RunAsync(args);
}
catch (Exception exception) when (StartFailureException.From(exception) is { } failure)
{
    return await failure.TellAsync();
}
