using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Devices;

/// <summary>What the operator wants of a device.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DesiredState>))]
public enum DesiredState
{
    Stopped,
    Running,
}

/// <summary>What a device is doing now. <see cref="Connected"/> is said only while WhatsApp's socket is up and logged in.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DeviceState>))]
public enum DeviceState
{
    Stopped,
    Starting,

    /// <summary>The engine runs and waits for a QR scan or a pairing code.</summary>
    Pairing,

    /// <summary>Paired; the engine is dialing WhatsApp.</summary>
    Connecting,
    Connected,

    /// <summary>Paired, but WhatsApp's socket is down; the engine reconnects by itself.</summary>
    Disconnected,
    LoggedOut,

    /// <summary>The process ended; the next start is timed.</summary>
    BackingOff,

    /// <summary>Given up: only an operator, or a new wish, ends this.</summary>
    Failed,
}

/// <summary>Why a device is in its state.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DeviceReason>))]
public enum DeviceReason
{
    Operator,
    QrTimeout,
    LoggedOutByPhone,
    StreamReplaced,
    ClientOutdated,
    PasskeyRequired,
    Banned,
    EngineCrash,
    EngineExit,
    EngineUnresponsive,
    EngineNotReady,
    CrashLoop,
    Deaf,
    EngineMissing,
    PortExhausted,
    CapacityExhausted,
    HostLost,
    PairingRestart,
    NetworkDown,
    WrongNumber,
}
