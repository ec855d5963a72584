using WaPlatform.ProcessHost;
using WaPlatform.ProcessHost.Forwarding;
using WaPlatform.ProcessHost.Hosts;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Cluster;

PrivateFiles.UseInThisProcess();
if (args is [EngineGuard.Argument])
{
    await EngineGuard.RunAsync(Console.In, TimeProvider.System);
    return;
}

var (directory, held) = HostDirectory.Take(WebApplication.CreateBuilder(args).Configuration);
using (held)
{
    await SiloRun.RunAsync(() =>
    {
        var builder = WebApplication.CreateBuilder(args);

        builder.UseDefaultAddress("http://127.0.0.1:0");
        builder.Services.AddSingleton(directory);
        builder.AddServiceDefaults();
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddProcessHost();
        builder.AddEngineForwarding();

        var app = builder.Build();

        app.MapDefaultEndpoints();
        app.MapEngineForwarding();

        return app;
    });
}
