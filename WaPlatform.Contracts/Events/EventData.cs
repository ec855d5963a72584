using WaPlatform.Contracts.Devices;

namespace WaPlatform.Contracts.Events;

/// <summary><c>data</c> of <see cref="EventTypes.StateChanged"/>.</summary>
public sealed record StateChangedData(DeviceState State, DeviceReason? Reason, DateTimeOffset Since, DeviceState Previous);

/// <summary><c>data</c> of <see cref="EventTypes.Qr"/>; the picture is a data URI.</summary>
public sealed record QrData(string QrCode, DateTimeOffset GeneratedAt, DateTimeOffset ExpiresAt);

/// <summary><c>data</c> of <see cref="EventTypes.Paired"/>.</summary>
public sealed record PairedData(string Jid);

/// <summary><c>data</c> of <see cref="EventTypes.Health"/>. <paramref name="Deafness"/> is what is silent, <paramref name="Restarts"/> how often the engine was restarted for it.</summary>
public sealed record HealthData(HearingStep Step, Deafness Deafness, int Restarts);

/// <summary><c>data</c> of <see cref="EventTypes.ProcessStarted"/>.</summary>
public sealed record ProcessStartedData(int Pid, int Port);

/// <summary><c>data</c> of <see cref="EventTypes.ProcessStopped"/>. A death by signal has exit code 128 + the signal's number.</summary>
public sealed record ProcessStoppedData(int ExitCode, DeviceReason Reason, bool WillRestart, int Pid);

/// <summary><c>data</c> of <see cref="EventTypes.WebSocketClosed"/>. <paramref name="Code"/> is the close code, 1006 when the connection just ended.</summary>
public sealed record WebSocketClosedData(int Code);

/// <summary><c>data</c> of <see cref="EventTypes.EventsDropped"/>: so many events of the device are in no journal.</summary>
public sealed record EventsDroppedData(long Count, DateTimeOffset Since);

/// <summary><c>data</c> of <see cref="EventTypes.WebhookFailing"/> and <see cref="EventTypes.WebhookDisabled"/>. Of the address only the host: the rest may be a secret.</summary>
public sealed record WebhookTroubleData(Guid Webhook, string Host, DateTimeOffset Since, int Failures, string? LastError);

/// <summary><c>data</c> of <see cref="EventTypes.DiskSpace"/>.</summary>
/// <param name="Level"><c>ok</c>, <c>low</c> or <c>critical</c>.</param>
public sealed record DiskSpaceData(string Level, string Machine, long FreeBytes, long TotalBytes);
