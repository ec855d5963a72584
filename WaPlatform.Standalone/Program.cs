using WaPlatform.Gateway;
using WaPlatform.ProcessHost;
using WaPlatform.Standalone;

try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    using var defaults = StandaloneDefaults.Apply(builder);

    builder.AddServiceDefaults();
    builder.AddWaDatabase();
    builder.AddWaRedis();
    builder.AddProcessHost();
    builder.AddGateway();

    await using var app = builder.Build();

    app.MapDefaultEndpoints();
    app.MapGateway();

    await app.RunAsync();
    return 0;
}
catch (StartFailure failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}
