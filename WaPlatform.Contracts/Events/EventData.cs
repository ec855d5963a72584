using WaPlatform.Contracts.Devices;

namespace WaPlatform.Contracts.Events;

/// <summary><c>data</c> of <see cref="EventTypes.StateChanged"/>.</summary>
public sealed record StateChangedData(DeviceState State, DeviceReason? Reason, DateTimeOffset Since, DeviceState Previous);

/// <summary><c>data</c> of <see cref="EventTypes.Qr"/>; the picture is a data URI.</summary>
public sealed record QrData(string QrCode, DateTimeOffset GeneratedAt, DateTimeOffset ExpiresAt);

/// <summary><c>data</c> of <see cref="EventTypes.Paired"/>.</summary>
public sealed record PairedData(string Jid);

/// <summary><c>data</c> of <see cref="EventTypes.ProcessStarted"/>.</summary>
public sealed record ProcessStartedData(int Pid, int Port);

/// <summary><c>data</c> of <see cref="EventTypes.ProcessStopped"/>. A death by signal has exit code 128 + the signal's number.</summary>
public sealed record ProcessStoppedData(int ExitCode, DeviceReason Reason, bool WillRestart, int Pid);

/// <summary><c>data</c> of <see cref="EventTypes.WebSocketClosed"/>. <paramref name="Code"/> is the close code, 1006 when the connection just ended.</summary>
public sealed record WebSocketClosedData(int Code);
