using System.Text.Json;
using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Events;

/// <summary>One thing that happened, as it travels through the platform.</summary>
/// <param name="PhoneNumber">The device; null for what happened to the platform itself.</param>
/// <param name="Sequence">Grows with each event of the device.</param>
/// <param name="Type">One of <see cref="EventTypes"/>, or the engine's webhook event name.</param>
/// <param name="Data">What the public Event shows under <c>data</c>.</param>
/// <param name="EngineFrame">The engine's own JSON, unchanged, for events that came from its socket or webhooks. Not kept in the journal.</param>
/// <param name="Port">Port of the engine process, where there is one. Not kept in the journal.</param>
/// <param name="Place">In the journal; 0 until it is there.</param>
public sealed record DeviceEvent(
    string? PhoneNumber,
    long Sequence,
    string Type,
    DateTimeOffset At,
    EventSource Source,
    JsonElement Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? EngineFrame = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Port = null,
    long Place = 0);

[JsonConverter(typeof(SnakeCaseEnumConverter<EventSource>))]
public enum EventSource
{
    Platform,
    Process,
    Websocket,
    Webhook,
}
