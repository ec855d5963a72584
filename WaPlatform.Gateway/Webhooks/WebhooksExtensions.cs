namespace WaPlatform.Gateway.Webhooks;

internal static class WebhooksExtensions
{
    public static WebApplicationBuilder AddWebhooks(this WebApplicationBuilder builder)
    {
        builder.AddWaWebhooks();
        builder.Services.AddSingleton<WebhookUrl>();
        builder.Services.AddSingleton<WebhookDeliverers>();
        return builder;
    }

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapWebhookSettings();
        routes.MapWebhookDeliveries();
    }
}
