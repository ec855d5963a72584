using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using WaPlatform.Contracts.Events;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.Gateway.Events;

/// <summary>Tells each event to the hub connections that want it. Never waits for any of them (docs/decisions/0003-hub-fan-out.md).</summary>
internal sealed partial class EventDispatcher(IHubProtocolResolver protocols, EventWindow window, HubMetrics metrics, ILogger<EventDispatcher> logger) : IJournalListener
{
    // What a connection that resumes may be given at once, while all others wait for their turn.
    private const int MaxRest = 250;

    private readonly ConcurrentDictionary<string, Subscriber> _subscribers = new(StringComparer.Ordinal);

    // What connections hear changes between two events, never within one.
    private readonly Lock _turn = new();
    private long _last;

    /// <summary>Open connections.</summary>
    public int Count => _subscribers.Count;

    public void Add(string connectionId, Subscriber subscriber)
    {
        _subscribers[connectionId] = subscriber;
        metrics.Connected();
    }

    public async Task RemoveAsync(string connectionId)
    {
        if (_subscribers.TryRemove(connectionId, out var subscriber))
        {
            await subscriber.StopAsync();
            metrics.Disconnected();
        }
    }

    public void Begin(long place)
    {
        lock (_turn)
        {
            _last = place;
        }
    }

    public void Hear(IReadOnlyList<DeviceEvent> events)
    {
        metrics.Received(events.Count);
        foreach (var e in events)
        {
            lock (_turn)
            {
                Publish(e);
                _last = e.Place;
            }
        }
    }

    /// <summary>Puts a connection into rooms; it hears what happens there from now on.</summary>
    public void Move(Subscriber subscriber, Rooms rooms)
    {
        lock (_turn)
        {
            if (subscriber.Hearing is var hearing && (hearing.Rooms != rooms || hearing.HeldAt is not null))
            {
                subscriber.Hearing = new Hearing(rooms, _last);
            }
        }
    }

    /// <summary>Lets a connection hear nothing until it goes on (<see cref="TryGoOn"/>); what it had heard before.</summary>
    public Hearing Hold(Subscriber subscriber)
    {
        lock (_turn)
        {
            return subscriber.Hearing = subscriber.Hearing with { HeldAt = subscriber.Hearing.HeldAt ?? _last };
        }
    }

    /// <summary>Lets a connection that was held go on after a place. False if there is more between than it can be given at once.</summary>
    public bool TryGoOn(Subscriber subscriber, long place)
    {
        lock (_turn)
        {
            if (place < _last)
            {
                // The window hears each event before this does.
                if (window.Read(place, EventFilter.Of(subscriber.Hearing.Rooms, subscriber.Access), MaxRest) is not { IsFull: false } rest)
                {
                    return false;
                }

                var frames = rest.Events.Where(told => told.Place <= _last).Select(told => Serialize(HubFrames.EventOf(told.Event))).ToList();
                if (frames.Sum(frame => (long)frame.Length) > Subscriber.MaxBytes / 4 || !frames.TrueForAll(subscriber.Offer))
                {
                    return false;
                }
            }

            subscriber.Hearing = new Hearing(subscriber.Hearing.Rooms, Math.Max(place, _last));
            return true;
        }
    }

    public HubBytes Serialize(HubFrame frame)
    {
        var message = new InvocationMessage(frame.Method, [frame.Payload]);
        var forms = protocols.AllProtocols.Select(protocol => new SerializedMessage(protocol.Name, protocol.GetMessageBytes(message))).ToList();
        return new HubBytes(new SerializedHubMessage(forms), forms.Max(form => form.Serialized.Length));
    }

    private void Publish(DeviceEvent e)
    {
        if (_subscribers.IsEmpty)
        {
            return;
        }

        foreach (var frame in HubFrames.For(e))
        {
            // Made only if somebody listens, and then once for all.
            HubBytes? bytes = null;
            var sent = 0;
            foreach (var (connectionId, subscriber) in _subscribers)
            {
                if (!subscriber.Hearing.Wants(frame.Audience, e, subscriber.Access))
                {
                    continue;
                }

                bytes ??= Serialize(frame);
                if (subscriber.Offer(bytes))
                {
                    sent++;
                }
                else
                {
                    // Once: from here on it hears nothing.
                    subscriber.Hearing = Hearing.Nothing;
                    metrics.CutOff();
                    Log.CutOff(logger, connectionId);
                }
            }

            metrics.Sent(sent);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Hub connection {ConnectionId} does not keep up and is cut off.")]
        public static partial void CutOff(ILogger logger, string connectionId);
    }
}
