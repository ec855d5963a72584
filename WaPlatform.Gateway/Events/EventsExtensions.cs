using Microsoft.AspNetCore.SignalR;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

internal static class EventsExtensions
{
    public const string HubPath = "/hubs/events";

    // Of a single frame of a client: it only says Join, Leave and Resume.
    private const long MaxClientFrame = 8 * 1024;

    public static WebApplicationBuilder AddEvents(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSignalR(options =>
            {
                options.MaximumReceiveMessageSize = MaxClientFrame;
                options.EnableDetailedErrors = false;
            })
            .AddJsonProtocol(options => options.PayloadSerializerOptions = GatewayJson.Options);
        services.AddSingleton<HubLifetimeManager<EventsHub>, EventsLifetimeManager>();
        services.AddSingleton<HubSessions>().AddHostedService(provider => provider.GetRequiredService<HubSessions>());
        services.AddSingleton<HubMetrics>();
        services.AddSingleton<EventReader>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<HubReplay>();

        // In this order: what the dispatcher tells, the window has.
        builder.AddWaJournalListener<WebApplicationBuilder, EventWindow>();
        builder.AddWaJournalListener<WebApplicationBuilder, EventDispatcher>();
        return builder;
    }

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapEventLists();
        routes.MapHub<EventsHub>(HubPath, options => options.CloseOnAuthenticationExpiration = true)
            .RequireAuthorization(Scopes.EventsRead)
            .WithMetadata(QueryToken.Allowed);
    }
}
