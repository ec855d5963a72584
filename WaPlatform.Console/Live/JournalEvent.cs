using System.Text.Json;

namespace WaPlatform.Console.Live;

/// <summary>One event of the journal. <paramref name="Id"/> is its cursor.</summary>
/// <param name="PhoneNumber">Null for what concerns the platform.</param>
/// <param name="Source">websocket, webhook, process or platform.</param>
public sealed record JournalEvent(string Id, string? PhoneNumber, long Sequence, string Type, DateTimeOffset At, string Source, JsonElement Data);

/// <summary>The hub's word that a device is in another state.</summary>
public sealed record DeviceChange(string PhoneNumber, string State, string? Reason, DateTimeOffset Since);

/// <summary>The hub's word that a device shows another code.</summary>
public sealed record QrChange(string PhoneNumber, string QrCode, DateTimeOffset ExpiresAt);
