using Microsoft.AspNetCore.SignalR;

namespace WaPlatform.Gateway.Events;

/// <summary>What clients may ask of <c>/hubs/events</c>. Frames reach them through <see cref="EventDispatcher"/>, not through SignalR's groups.</summary>
internal sealed class EventsHub : Hub
{
    private const string NoRoom = "That is not a room: use 'all' or 'device-{phone}' (at most 1,000 of them).";

    public override Task OnConnectedAsync()
    {
        var query = Context.GetHttpContext()?.Request.Query["rooms"];
        Subscriber.Rooms = Rooms.FromQuery(query is [var rooms, ..] ? rooms : null) ?? throw new HubException(NoRoom);
        return base.OnConnectedAsync();
    }

    public Task Join(string room)
    {
        Subscriber.Rooms = Subscriber.Rooms.With(room) ?? throw new HubException(NoRoom);
        return Task.CompletedTask;
    }

    public Task Leave(string room)
    {
        Subscriber.Rooms = Subscriber.Rooms.Without(room) ?? throw new HubException(NoRoom);
        return Task.CompletedTask;
    }

    private Subscriber Subscriber => (Subscriber)Context.Items[EventsLifetimeManager.SubscriberKey]!;
}
