using WaPlatform.Jobs;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Cluster;

PrivateFiles.UseInThisProcess();
await SiloRun.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);

    builder.UseDefaultAddress("http://127.0.0.1:0");
    builder.AddServiceDefaults();
    builder.AddWaDatabase();
    builder.AddWaRedis();
    builder.AddJobs();
    builder.AddWebhookDelivery();

    var app = builder.Build();

    app.MapDefaultEndpoints();

    return app;
});
