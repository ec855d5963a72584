using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;

namespace WaPlatform.ProcessHost.Events;

/// <summary>The events of one device: gives each its number and hands it on. Safe from any thread.</summary>
internal sealed class DeviceJournal(string phoneNumber, long lastSequence, EventLog log, TimeProvider timeProvider)
{
    private long _last = lastSequence;

    /// <summary>Appends something that the platform itself or a process did.</summary>
    public void Append<TData>(string type, EventSource source, TData data, object? kept = null) => log.TryAppend(
        new DeviceEvent(phoneNumber, Next(), type, timeProvider.GetUtcNow(), source, JsonSerializer.SerializeToElement(data, WireJson.Options)),
        kept is null ? null : JsonSerializer.SerializeToElement(kept, WireJson.Options));

    public void Append(string type, EventSource source, int port) => log.TryAppend(
        new DeviceEvent(phoneNumber, Next(), type, timeProvider.GetUtcNow(), source, JsonSerializer.SerializeToElement(new { port }, WireJson.Options), Port: port));

    public void Append<TData>(string type, EventSource source, TData data, int port) => log.TryAppend(
        new DeviceEvent(phoneNumber, Next(), type, timeProvider.GetUtcNow(), source, JsonSerializer.SerializeToElement(data, WireJson.Options), Port: port));

    /// <summary>Appends a frame of the engine's socket. False if it had to be dropped.</summary>
    public bool AppendFrame(JsonElement frame, int port) => log.TryAppend(
        new DeviceEvent(phoneNumber, Next(), EventTypes.WebSocketMessage, timeProvider.GetUtcNow(), EventSource.Websocket, frame, frame, port));

    /// <summary>Appends an engine's webhook and completes when it is stored; false if it can't be taken now.</summary>
    public Task<bool> AppendWebhookAsync(string engineEvent, JsonElement payload, JsonElement envelope, int port, CancellationToken cancellationToken) => log.AppendAsync(
        new DeviceEvent(phoneNumber, Next(), EventTypes.FromWebhook(engineEvent), timeProvider.GetUtcNow(), EventSource.Webhook, payload, envelope, port),
        cancellationToken);

    private long Next() => Interlocked.Increment(ref _last);
}
