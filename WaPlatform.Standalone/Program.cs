using Microsoft.Extensions.Options;
using WaPlatform.Gateway;
using WaPlatform.Jobs;
using WaPlatform.ProcessHost;
using WaPlatform.ServiceDefaults;
using WaPlatform.Standalone;

PrivateFiles.UseInThisProcess();
try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    using var defaults = StandaloneDefaults.Apply(builder);

    builder.AddServiceDefaults();
    builder.AddWaDatabase();
    builder.AddWaRedis();
    builder.AddProcessHost();
    builder.AddGateway();
    builder.AddJobs();
    builder.AddWebhookDelivery();

    await using var app = builder.Build();

    app.MapDefaultEndpoints();
    app.MapGateway();

    app.Services.GetRequiredService<IStartupValidator>().Validate();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartFailureException.From(exception) is { } failure)
{
    return await failure.TellAsync();
}
