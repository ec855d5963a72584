using System.Text.Json;
using WaPlatform.Contracts.Events;

namespace WaPlatform.Gateway.Events;

/// <summary>What hub clients are told of an event: the original platform's methods, and ours (api.md §7).</summary>
internal static class HubFrames
{
    public const string Event = "event";

    private static readonly JsonElement Null = JsonDocument.Parse("null").RootElement;

    public static IReadOnlyList<HubFrame> For(DeviceEvent e)
    {
        var frames = new List<HubFrame>(3);
        if (e.EngineFrame is { } frame && e.Source is EventSource.Websocket or EventSource.Webhook)
        {
            frames.Add(new HubFrame("whatsapp-websocket-message", Audience.All, new EngineMessage(e.PhoneNumber, e.Port, frame, e.At, e.Source, e.Sequence)));
            frames.Add(new HubFrame("device-websocket-message", Audience.Device, new DeviceMessage(e.PhoneNumber, frame, e.At, e.Sequence)));
        }

        if (Named(e) is { } named)
        {
            frames.Add(named);
        }

        frames.Add(EventOf(e));
        return frames;
    }

    /// <summary>The event itself.</summary>
    public static HubFrame EventOf(DeviceEvent e) => new(Event, Audience.Both, EventView.Of(e));

    private static HubFrame? Named(DeviceEvent e) => e.Type switch
    {
        EventTypes.WebSocketConnected => Both("container-websocket-connected", new { e.PhoneNumber, e.Port, Timestamp = e.At }),
        EventTypes.WebSocketClosed => Both("container-websocket-closed", new { e.PhoneNumber, e.Port, Code = Pick(e, "code"), Timestamp = e.At }),
        EventTypes.ProcessStopped => Both("process-stopped", new
        {
            e.PhoneNumber,
            ExitCode = Pick(e, "exitCode"),
            Reason = Pick(e, "reason"),
            WillRestart = Pick(e, "willRestart"),
            Timestamp = e.At,
        }),
        EventTypes.StateChanged => Both("device-state-changed", new { e.PhoneNumber, State = Pick(e, "state"), Reason = Pick(e, "reason"), Since = Pick(e, "since") }),
        EventTypes.Qr => Both("qr-code", new { e.PhoneNumber, QrCode = Pick(e, "qrCode"), ExpiresAt = Pick(e, "expiresAt") }),
        EventTypes.MessageStatus => Both("message-status", DataOf(e)),
        _ => null,
    };

    private static HubFrame Both(string method, object payload) => new(method, Audience.Both, payload);

    private static JsonElement Pick(DeviceEvent e, string property) =>
        e.Data.ValueKind == JsonValueKind.Object && e.Data.TryGetProperty(property, out var value) ? value : Null;

    // An element that was never read from JSON cannot be written either.
    private static JsonElement DataOf(DeviceEvent e) => e.Data.ValueKind == JsonValueKind.Undefined ? Null : e.Data;

    internal sealed record EngineMessage(string? PhoneNumber, int? Port, JsonElement Message, DateTimeOffset Timestamp, EventSource Source, long Sequence);

    internal sealed record DeviceMessage(string? PhoneNumber, JsonElement Message, DateTimeOffset Timestamp, long Sequence);
}
