using WaPlatform.Contracts.Devices;
using WaPlatform.Data.Devices;

namespace WaPlatform.Gateway.Devices;

/// <summary>A device as the API shows it (api.md §3).</summary>
/// <param name="Advice">What a person can do about the reason; null where nothing has to be done.</param>
/// <param name="Since">When the state began.</param>
/// <param name="Desired">What the operator wants.</param>
/// <param name="Jid">The WhatsApp account that it is paired with.</param>
/// <param name="Process">The engine process; null when there is none, or when its owner cannot be reached now.</param>
internal sealed record DeviceView(
    string PhoneNumber,
    string? Name,
    DeviceState State,
    DeviceReason? Reason,
    string? Advice,
    DateTimeOffset Since,
    DesiredState Desired,
    string? Jid,
    ProcessInfo? Process,
    QueueInfo Queue,
    string? Proxy,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <param name="live">What the owner says; null when it cannot be reached: then the row is the last that is known.</param>
    /// <param name="silence">What is known of a device whose owner cannot be reached.</param>
    public static DeviceView From(Device row, DeviceLive? live, Silence? silence)
    {
        var lost = live is null && silence is { HostLost: true };
        var reason = live is not null ? live.Reason : lost ? DeviceReason.HostLost : row.Reason;
        return new DeviceView(
            row.PhoneNumber,
            row.Name,
            live?.State ?? (lost ? DeviceState.Disconnected : row.State),
            reason,
            DeviceReasonAdvice.For(reason),
            live?.Since ?? (lost ? silence!.Since : null) ?? row.Since,
            row.Desired,
            live is null ? row.Jid : live.Jid,
            live?.Process,
            live?.Queue ?? silence?.Queue ?? new QueueInfo(0, 0, 0, row.QueuePaused, null, row.QueueSettings),
            ProxyUrl.Shown(row),
            row.CreatedAt,
            row.UpdatedAt);
    }
}

/// <summary>How a device is doing in the engine's own terms.</summary>
/// <param name="Reachable">False when the owner cannot be reached: the state is then the last that is known.</param>
internal sealed record DeviceStatusView(
    string PhoneNumber,
    DeviceState State,
    DeviceReason? Reason,
    DateTimeOffset Since,
    DesiredState Desired,
    string? Jid,
    bool Reachable,
    EngineFlagsView? Engine,
    DateTimeOffset? LastInboundAt,
    DateTimeOffset? LastOutboundAt,
    DateTimeOffset? LastAckAt)
{
    public static DeviceStatusView From(Device row, DeviceLive? live, Silence? silence)
    {
        var device = DeviceView.From(row, live, silence);
        var engine = live?.Engine;
        return new DeviceStatusView(
            row.PhoneNumber, device.State, device.Reason, device.Since, row.Desired, device.Jid, live is not null,
            engine is null ? null : new EngineFlagsView(engine.IsConnected, engine.IsLoggedIn, engine.WebSocketOpen),
            engine?.LastInboundAt, engine?.LastOutboundAt, engine?.LastAckAt);
    }
}

internal sealed record EngineFlagsView(bool IsConnected, bool IsLoggedIn, bool WebSocketOpen);

/// <summary>One step in the life of a device.</summary>
internal sealed record StateChangeView(DeviceState State, DeviceReason? Reason, DateTimeOffset At);

internal sealed record QrView(string PhoneNumber, string QrCode, DateTimeOffset GeneratedAt, DateTimeOffset ExpiresAt);

internal sealed record PairingCodeView(string PhoneNumber, string PairingCode, DateTimeOffset ExpiresAt);

internal sealed record LogsView(string PhoneNumber, IReadOnlyList<LogLineView> Lines);

/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
internal sealed record LogLineView(DateTimeOffset At, string Stream, string Text)
{
    public static LogLineView From(LogLine line) => new(line.At, line.Stream == LogStreams.Stderr ? "stderr" : "stdout", line.Text);
}
