using WaPlatform.Gateway;
using WaPlatform.ServiceDefaults;

PrivateFiles.UseInThisProcess();
try
{
    // The console's files are beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    builder.UseApiAddress();
    builder.AddServiceDefaults();
    builder.AddWaDatabase();
    builder.AddWaRedis();
    builder.AddWaClusterClient();
    builder.AddGateway();

    var app = builder.Build();

    app.MapDefaultEndpoints();
    app.MapGateway();

    await app.RunAsync();

    // Not zero if the gateway had to end by itself.
    return Environment.ExitCode;
}
catch (Exception exception) when (StartFailureException.From(exception) is { } failure)
{
    return await failure.TellAsync();
}
