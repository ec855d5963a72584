using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.Jobs.Webhooks;

namespace WaPlatform.Jobs;

public static class WebhookDeliveryExtensions
{
    /// <summary>Makes this process one that delivers to webhooks: an Orleans silo with their grains. Needs AddServiceDefaults, AddWaDatabase and AddWaRedis.</summary>
    public static IHostApplicationBuilder AddWebhookDelivery(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWaSilo();
        builder.AddWaWebhooks();
        builder.AddWaJournalListener<IHostApplicationBuilder, RecentJournal>();

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService(provider => provider.GetRequiredService<RecentJournal>());
        services.AddSingleton<WebhookMetrics>().AddSingleton<WebhookSender>().AddSingleton<WebhookNotices>().AddSingleton<WebhookParts>();
        services.AddSingleton<AwakeWebhooks>().AddSingleton<OldDeliveries>();
        services.AddHostedService<WebhookKeeper>();
        return builder;
    }
}
