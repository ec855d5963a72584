using Microsoft.AspNetCore.SignalR;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Events;

/// <summary>What clients may ask of <c>/hubs/events</c>. Frames reach them through <see cref="EventDispatcher"/>, not through SignalR's groups.</summary>
internal sealed class EventsHub(EventDispatcher dispatcher, HubReplay replay) : Hub
{
    private const string NoRoom = "That is not a room: use 'all' or 'device-{phone}' (at most 1,000 of them).";
    private const string NotYours = "That is not a room of yours: your access is limited to other devices.";
    private const string NoCursor = "That is not a cursor: use the id of an event.";
    private const string NotNow = "The journal cannot be read at the moment; resume again in a while. Events that happen now are heard.";

    public override Task OnConnectedAsync()
    {
        var query = Context.GetHttpContext()?.Request.Query;
        dispatcher.Move(Subscriber, Allowed(Rooms.FromQuery(query?["rooms"] is [var rooms, ..] ? rooms : null)));
        if (query?["hold"] is ["true", ..])
        {
            dispatcher.Hold(Subscriber);
        }

        return base.OnConnectedAsync();
    }

    public Task Join(string room)
    {
        dispatcher.Move(Subscriber, Allowed(Subscriber.Hearing.Rooms.With(room)));
        return Task.CompletedTask;
    }

    public Task Leave(string room)
    {
        dispatcher.Move(Subscriber, Subscriber.Hearing.Rooms.Without(room) ?? throw new HubException(NoRoom));
        return Task.CompletedTask;
    }

    /// <summary>Replays what happened after the cursor in the connection's rooms, as <c>event</c>; then the connection hears live again.</summary>
    public async Task<ResumeView> Resume(string cursor)
    {
        if (!EventCursor.TryParse(cursor, out var place))
        {
            throw new HubException(NoCursor);
        }

        try
        {
            return new ResumeView(await replay.RunAsync(Subscriber, place, Context.ConnectionAborted));
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            throw new HubException(NotNow);
        }
    }

    private Subscriber Subscriber => (Subscriber)Context.Items[EventsLifetimeManager.SubscriberKey]!;

    private Rooms Allowed(Rooms? rooms) => rooms is null ? throw new HubException(NoRoom)
        : rooms.Devices.All(Subscriber.Access.Allows) ? rooms
        : throw new HubException(NotYours);
}

/// <summary>How a connection resumed.</summary>
/// <param name="Missed">Some of what it asked for is no longer in the journal.</param>
internal sealed record ResumeView(bool Missed);
