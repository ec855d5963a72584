using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;

namespace WaPlatform.ProcessHost.Events;

/// <summary>The events of one device: gives each its number and hands it on. The socket's reader, webhooks and the grain call it from threads of their own.</summary>
internal sealed class DeviceJournal(string phoneNumber, long lastSequence, EventLog log, TimeProvider timeProvider)
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    // Number and place in the queue are one step: events are stored and told in the order of their numbers.
    private readonly Lock _lock = new();
    private long _last = lastSequence;

    /// <summary>Appends something that the platform itself or a process did.</summary>
    /// <param name="kept">What the journal keeps as data, if not all of it.</param>
    public void Append<TData>(string type, EventSource source, TData data, int? port = null, object? kept = null)
    {
        var entry = JsonSerializer.SerializeToElement(data, WireJson.Options);
        JsonElement? keptData = kept is null ? null : JsonSerializer.SerializeToElement(kept, WireJson.Options);
        lock (_lock)
        {
            log.TryAppend(Next(type, source, entry, null, port), keptData);
        }
    }

    /// <summary>Appends a frame of the engine's socket. False if it had to be dropped.</summary>
    public bool AppendFrame(JsonElement frame, int port)
    {
        lock (_lock)
        {
            return log.TryAppend(Next(EventTypes.WebSocketMessage, EventSource.Websocket, frame, frame, port));
        }
    }

    /// <summary>Appends an engine's webhook and completes when it is stored; false if it can't be taken now.</summary>
    public Task<bool> AppendWebhookAsync(string engineEvent, JsonElement payload, JsonElement envelope, int port, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var data = payload.ValueKind == JsonValueKind.Undefined ? Null : payload;
            return log.AppendAsync(Next(EventTypes.FromWebhook(engineEvent), EventSource.Webhook, data, envelope, port), cancellationToken);
        }
    }

    private DeviceEvent Next(string type, EventSource source, JsonElement data, JsonElement? frame, int? port) =>
        new(phoneNumber, ++_last, type, timeProvider.GetUtcNow(), source, data, frame, port);
}
