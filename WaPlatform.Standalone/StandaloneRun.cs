using Microsoft.Extensions.Options;
using WaPlatform.Gateway;
using WaPlatform.Jobs;
using WaPlatform.Jobs.Backups;
using WaPlatform.Jobs.Backups.Restore;
using WaPlatform.ProcessHost;

namespace WaPlatform.Standalone;

/// <summary>The whole platform in this process, until somebody ends it. A restore ends it, too, and then it begins anew.</summary>
internal static class StandaloneRun
{
    public static async Task<int> RunAsync(string[] args)
    {
        while (await RunOnceAsync(args))
        {
            // With what was restored.
        }

        return 0;
    }

    private static async Task<bool> RunOnceAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        using var defaults = StandaloneDefaults.Apply(builder);
        if (await PlatformRestore.ApplyPendingAsync(builder.Configuration, defaults.Data, TimeProvider.System, CancellationToken.None) is { } outcome)
        {
            await Console.Out.WriteLineAsync(outcome);
        }

        builder.AddServiceDefaults();
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddProcessHost();
        builder.AddGateway();
        builder.AddJobs();
        builder.AddWebhookDelivery();
        builder.Services.AddSingleton<RestartRequest>();

        await using var app = builder.Build();

        app.MapDefaultEndpoints();
        app.MapGateway();

        app.Services.GetRequiredService<IStartupValidator>().Validate();
        var restart = app.Services.GetRequiredService<RestartRequest>();
        await app.RunAsync();
        return restart.IsMade;
    }
}
