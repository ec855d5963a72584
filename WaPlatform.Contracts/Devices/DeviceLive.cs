namespace WaPlatform.Contracts.Devices;

/// <summary>What only the owner of a device knows, at one moment.</summary>
[GenerateSerializer, Immutable]
public sealed record DeviceLive(
    [property: Id(0)] DeviceState State,
    [property: Id(1)] DeviceReason? Reason,
    [property: Id(2)] DateTimeOffset Since,
    [property: Id(3)] string? Jid,
    [property: Id(4)] ProcessInfo? Process,
    [property: Id(5)] QueueInfo Queue,
    [property: Id(6)] EngineFlags? Engine);

/// <summary>The running engine process of a device.</summary>
/// <param name="MemoryBytes">Resident set size.</param>
/// <param name="CpuPercent">Since the last look, of one core.</param>
[GenerateSerializer, Immutable]
public sealed record ProcessInfo(
    [property: Id(0)] int Pid,
    [property: Id(1)] int Port,
    [property: Id(2)] DateTimeOffset StartedAt,
    [property: Id(3)] int Restarts,
    [property: Id(4)] long MemoryBytes,
    [property: Id(5)] double CpuPercent,
    [property: Id(6)] string Engine,
    [property: Id(7)] string? EngineVersion,
    [property: Id(8)] string Host);

/// <summary>The outbound queue of a device. <paramref name="OldestSeconds"/> is the age of the oldest waiting message.</summary>
/// <param name="Pending">Waiting to be sent as soon as the limits allow.</param>
/// <param name="Scheduled">Waiting for their time.</param>
/// <param name="ParkedUntil">Until then WhatsApp lets the number write to nobody who never wrote to it (error 463); null if it does.</param>
[GenerateSerializer, Immutable]
public sealed record QueueInfo(
    [property: Id(0)] int Pending,
    [property: Id(1)] int Sending,
    [property: Id(2)] int Scheduled,
    [property: Id(3)] bool Paused,
    [property: Id(4)] double? OldestSeconds,
    [property: Id(5)] QueueSettings Settings,
    [property: Id(6)] DateTimeOffset? ParkedUntil = null);

/// <summary>Pacing of a device's sends: at most <paramref name="IntervalCap"/> starts in <paramref name="IntervalMs"/>, <paramref name="Concurrency"/> at once. Interval 0 = no pacing.</summary>
/// <param name="JitterMs">Each start is put off by a random time up to this.</param>
/// <param name="SimulateTyping">Show "typing…" for a while before a text, as a person would need for it.</param>
[GenerateSerializer, Immutable]
public sealed record QueueSettings(
    [property: Id(0)] int Concurrency = 1,
    [property: Id(1)] int IntervalMs = 1000,
    [property: Id(2)] int IntervalCap = 1,
    [property: Id(3)] int JitterMs = 0,
    [property: Id(4)] bool SimulateTyping = false);

/// <summary>What the engine itself says (gowa contract §4.4), and when the device last heard or spoke.</summary>
[GenerateSerializer, Immutable]
public sealed record EngineFlags(
    [property: Id(0)] bool IsConnected,
    [property: Id(1)] bool IsLoggedIn,
    [property: Id(2)] bool WebSocketOpen,
    [property: Id(3)] DateTimeOffset? LastInboundAt,
    [property: Id(4)] DateTimeOffset? LastOutboundAt,
    [property: Id(5)] DateTimeOffset? LastAckAt);

/// <summary>A QR code that is valid now.</summary>
[GenerateSerializer, Immutable]
public sealed record QrCode(
    [property: Id(0)] byte[] Png,
    [property: Id(1)] DateTimeOffset GeneratedAt,
    [property: Id(2)] DateTimeOffset ExpiresAt)
{
    /// <summary>The form of the JSON API and of the hub: <c>data:image/png;base64,…</c>.</summary>
    public string ToDataUri() => $"data:image/png;base64,{Convert.ToBase64String(Png)}";
}

/// <summary>An eight-character code to type on the phone (gowa contract §7.5).</summary>
[GenerateSerializer, Immutable]
public sealed record PairingCode([property: Id(0)] string Code, [property: Id(1)] DateTimeOffset ExpiresAt);
