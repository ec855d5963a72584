using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;

namespace WaPlatform.ProcessHost.Events;

/// <summary>The events of one device: gives each its number and hands it on. The socket's reader, webhooks and the grain call it from threads of their own.</summary>
/// <param name="epoch">Of the owner: what it appends after another took the device is refused.</param>
/// <param name="keepBodies">Whether the journal keeps what people wrote.</param>
internal sealed class DeviceJournal(string phoneNumber, long epoch, long lastSequence, bool keepBodies, EventLog log, TimeProvider timeProvider)
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    // Number and place in the queue are one step: events are stored and told in the order of their numbers.
    private readonly Lock _lock = new();
    private long _last = lastSequence;
    private EventsDroppedData? _loss;

    /// <summary>Appends something that the platform itself or a process did.</summary>
    /// <param name="kept">What the journal keeps as data, if not all of it.</param>
    public void Append<TData>(string type, EventSource source, TData data, int? port = null, object? kept = null)
    {
        var entry = JsonSerializer.SerializeToElement(data, WireJson.Options);
        JsonElement? keptData = kept is null ? null : JsonSerializer.SerializeToElement(kept, WireJson.Options);
        TryAppend(type, source, entry, null, port, keptData, null);
    }

    /// <summary>Appends a frame of the engine's socket. False if it had to be dropped.</summary>
    public bool AppendFrame(JsonElement frame, int port)
    {
        var sound = SoundJson.Of(frame);
        return TryAppend(EventTypes.WebSocketMessage, EventSource.Websocket, sound, sound, port, KeptOf(sound), null);
    }

    /// <summary>Notes that something of the engine's could not be made an event.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            CountLoss();
        }

        if (!TryTellLoss())
        {
            log.RememberLoss(this);
        }
    }

    /// <summary>Appends an engine's webhook and completes when it is stored; false if it can't be taken now.</summary>
    public async Task<bool> AppendWebhookAsync(string engineEvent, JsonElement payload, JsonElement envelope, int port, CancellationToken cancellationToken)
    {
        var stored = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var type = EventTypes.FromWebhook(engineEvent);
        var data = payload.ValueKind == JsonValueKind.Undefined ? Null : SoundJson.Of(payload);
        return TryAppend(type, EventSource.Webhook, data, SoundJson.Of(envelope), port, KeptOf(data), stored) && await stored.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Says what was lost, once there is room. False if there is none yet.</summary>
    public bool TryTellLoss()
    {
        lock (_lock)
        {
            if (_loss is not null && log.TryAppend(Next(EventTypes.EventsDropped, EventSource.Platform, JsonSerializer.SerializeToElement(_loss, WireJson.Options), null, null, null, null)))
            {
                _loss = null;
            }

            return _loss is null;
        }
    }

    /// <summary>Completes when all that was appended is stored.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => log.FlushAsync(cancellationToken);

    private bool TryAppend(string type, EventSource source, JsonElement data, JsonElement? frame, int? port, JsonElement? kept, TaskCompletionSource<bool>? stored)
    {
        lock (_lock)
        {
            if (log.TryAppend(Next(type, source, data, frame, port, kept, stored)))
            {
                return true;
            }

            // Its number stays free: whoever counts sees that something is missing. An engine repeats a webhook that was not taken from it.
            if (stored is null)
            {
                CountLoss();
                log.RememberLoss(this);
            }

            return false;
        }
    }

    private void CountLoss() => _loss = _loss is null ? new EventsDroppedData(1, timeProvider.GetUtcNow()) : _loss with { Count = _loss.Count + 1 };

    private JsonElement? KeptOf(JsonElement data) => keepBodies ? null : KeptContent.Of(data);

    private PendingEvent Next(string type, EventSource source, JsonElement data, JsonElement? frame, int? port, JsonElement? kept, TaskCompletionSource<bool>? stored) =>
        new(new DeviceEvent(phoneNumber, ++_last, type, timeProvider.GetUtcNow(), source, data, frame, port), epoch, kept, stored);
}
