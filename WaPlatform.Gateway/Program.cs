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
    return 0;
}
catch (Exception exception) when (StartFailureException.From(exception) is { } failure)
{
    return await failure.TellAsync();
}
