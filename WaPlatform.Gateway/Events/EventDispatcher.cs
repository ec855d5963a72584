using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using WaPlatform.Contracts.Events;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.Gateway.Events;

/// <summary>Tells each event to the hub connections that want it. Never waits for any of them (docs/decisions/0003-hub-fan-out.md).</summary>
internal sealed partial class EventDispatcher(IHubProtocolResolver protocols, HubMetrics metrics, ILogger<EventDispatcher> logger) : IJournalListener
{
    private readonly ConcurrentDictionary<string, Subscriber> _subscribers = new(StringComparer.Ordinal);

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

    public void Hear(IReadOnlyList<DeviceEvent> events)
    {
        metrics.Received(events.Count);
        foreach (var e in events)
        {
            Publish(e);
        }
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
                if (!subscriber.Access.Allows(e.PhoneNumber) || !subscriber.Rooms.Hear(frame.Audience, e.PhoneNumber))
                {
                    continue;
                }

                bytes ??= Serialize(frame);
                if (subscriber.Offer(bytes))
                {
                    sent++;
                }
                else if (subscriber.Rooms != Rooms.Nowhere)
                {
                    // Once: from here on it hears nothing.
                    subscriber.Rooms = Rooms.Nowhere;
                    metrics.CutOff();
                    Log.CutOff(logger, connectionId);
                }
            }

            metrics.Sent(sent);
        }
    }

    private HubBytes Serialize(HubFrame frame)
    {
        var message = new InvocationMessage(frame.Method, [frame.Payload]);
        var forms = protocols.AllProtocols.Select(protocol => new SerializedMessage(protocol.Name, protocol.GetMessageBytes(message))).ToList();
        return new HubBytes(new SerializedHubMessage(forms), forms.Max(form => form.Serialized.Length));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Hub connection {ConnectionId} does not keep up and is cut off.")]
        public static partial void CutOff(ILogger logger, string connectionId);
    }
}
