using Microsoft.AspNetCore.SignalR;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

/// <summary>Gives each hub connection its <see cref="Subscriber"/>: only here SignalR hands out the connection itself.</summary>
internal sealed class EventsLifetimeManager(
    EventDispatcher dispatcher, HubSessions sessions, TimeProvider timeProvider, ILogger<DefaultHubLifetimeManager<EventsHub>> logger)
    : DefaultHubLifetimeManager<EventsHub>(logger)
{
    public static readonly object SubscriberKey = new();

    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);

        // It hears nothing until the hub has read which rooms it asks for.
        var subscriber = new Subscriber(new SignalRPeer(connection, timeProvider), DeviceAccess.Of(connection.User), Rooms.Nowhere);
        connection.Items[SubscriberKey] = subscriber;
        dispatcher.Add(connection.ConnectionId, subscriber);
        sessions.Add(connection);
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        sessions.Remove(connection);
        await dispatcher.RemoveAsync(connection.ConnectionId);
        await base.OnDisconnectedAsync(connection);
    }
}
