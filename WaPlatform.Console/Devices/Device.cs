namespace WaPlatform.Console.Devices;

/// <summary>A device as the API shows it.</summary>
public sealed record Device(
    string PhoneNumber, string? Name, string State, string? Reason, string? Advice, DateTimeOffset Since, string Desired, string? Jid, EngineProcess? Process,
    QueueFacts Queue, string? Proxy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public string Label => Name is { Length: > 0 } name ? name : $"+{PhoneNumber}";
}

public sealed record EngineProcess(
    int Pid, int Port, DateTimeOffset StartedAt, int Restarts, long? MemoryBytes, double? CpuPercent, string? Engine, string? EngineVersion, string? Host);

public sealed record QueueFacts(
    int Pending, int Sending, int Scheduled, bool Paused, double? OldestSeconds, QueueSettings? Settings, DateTimeOffset? ParkedUntil = null)
{
    public int Waiting => Pending + Sending + Scheduled;
}

public sealed record QueueSettings(int Concurrency, int IntervalMs, int IntervalCap, int JitterMs = 0, bool SimulateTyping = false);

public sealed record NewDevice(string PhoneNumber, string? Name, bool AutoStart = true, QueueSettings? Queue = null, string? Proxy = null);

public sealed record QueueEdit(QueueSettings Queue);

public sealed record QrCode(string PhoneNumber, [property: System.Text.Json.Serialization.JsonPropertyName("qrCode")] string Code, DateTimeOffset GeneratedAt, DateTimeOffset ExpiresAt);

public sealed record PairingCode(string PhoneNumber, [property: System.Text.Json.Serialization.JsonPropertyName("pairingCode")] string Code, DateTimeOffset ExpiresAt);

public sealed record DeviceStatus(
    string State, string? Reason, bool Reachable, EngineFlags? Engine, DateTimeOffset? LastInboundAt, DateTimeOffset? LastOutboundAt, DateTimeOffset? LastAckAt);

public sealed record EngineFlags(bool IsConnected, bool IsLoggedIn, bool WebSocketOpen);

public sealed record StateChange(string State, string? Reason, DateTimeOffset At);

public sealed record LogLine(DateTimeOffset At, string Stream, string Text);

public sealed record Purged(string PhoneNumber, int Canceled);
