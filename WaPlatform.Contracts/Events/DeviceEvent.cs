using System.Text.Json;
using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Events;

/// <summary>One thing that happened on a device, as it travels from its owner to the gateways.</summary>
/// <param name="Sequence">Grows with each event of the device.</param>
/// <param name="Type">One of <see cref="EventTypes"/>, or the engine's webhook event name.</param>
/// <param name="Data">What the public Event shows under <c>data</c>.</param>
/// <param name="EngineFrame">The engine's own JSON, unchanged, for events that came from its socket or webhooks.</param>
/// <param name="Port">Port of the engine process, where there is one.</param>
public sealed record DeviceEvent(
    string PhoneNumber,
    long Sequence,
    string Type,
    DateTimeOffset At,
    EventSource Source,
    JsonElement Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? EngineFrame = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Port = null);

[JsonConverter(typeof(SnakeCaseEnumConverter<EventSource>))]
public enum EventSource
{
    Platform,
    Process,
    Websocket,
    Webhook,
}

/// <summary>Event types that the platform itself raises (api.md §6).</summary>
public static class EventTypes
{
    public const string StateChanged = "device.state_changed";
    public const string Qr = "device.qr";
    public const string Paired = "device.paired";
    public const string ProcessStarted = "process.started";
    public const string ProcessStopped = "process.stopped";
    public const string WebSocketConnected = "websocket.connected";
    public const string WebSocketClosed = "websocket.closed";
    public const string WebSocketMessage = "websocket.message";
    public const string MessageReceived = "message.received";
    public const string MessageStatus = "message.status";

    /// <summary>The engine's webhook names, where ours differ: an incoming <c>message</c> is <c>message.received</c>; the rest is kept.</summary>
    public static string FromWebhook(string engineEvent) => engineEvent == "message" ? MessageReceived : engineEvent;
}
