using WaPlatform.Gateway;
using WaPlatform.ServiceDefaults;

PrivateFiles.UseInThisProcess();
try
{
    var builder = WebApplication.CreateBuilder(args);

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
