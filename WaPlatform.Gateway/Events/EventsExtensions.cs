using Microsoft.AspNetCore.SignalR;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

internal static class EventsExtensions
{
    public const string HubPath = "/hubs/events";

    // Of a single frame of a client: it only says Join and Leave.
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
        services.AddSingleton<HubMetrics>();
        builder.AddWaJournalListener<WebApplicationBuilder, EventDispatcher>();
        return builder;
    }

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapHub<EventsHub>(HubPath, options => options.CloseOnAuthenticationExpiration = true)
            .RequireAuthorization(Scopes.EventsRead)
            .WithMetadata(QueryToken.Allowed);
}
