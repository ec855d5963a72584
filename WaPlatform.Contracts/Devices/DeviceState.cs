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
    ReachoutTimelock,
    SessionStoreUnavailable,

    /// <summary>Its engine is being replaced by another version.</summary>
    EngineUpdate,
}

/// <summary>What a person can do about a reason.</summary>
public static class DeviceReasonAdvice
{
    /// <summary>One sentence, or null where nothing has to be done.</summary>
    public static string? For(DeviceReason? reason) => reason switch
    {
        DeviceReason.Operator => "Stopped by an operator; start the device to use it again.",
        DeviceReason.QrTimeout => "Nobody scanned the QR code in time; ask for a new one.",
        DeviceReason.LoggedOutByPhone => "The number was unlinked on the phone; ask for a QR code and scan it.",
        DeviceReason.StreamReplaced => "Another process connected with this number's session. Make sure that it runs nowhere else; the platform tries again after a pause.",
        DeviceReason.ClientOutdated => "WhatsApp refuses this engine version as outdated; install a newer engine.",
        DeviceReason.PasskeyRequired => "WhatsApp asks for a passkey; finish it through /app/passkey of the engine (proxy).",
        DeviceReason.Banned => "WhatsApp has banned the number; look at the phone.",
        DeviceReason.CrashLoop => "The engine ended too often in a short time. Look at the device's logs, then start it again.",
        DeviceReason.Deaf => "The number looks connected, but nothing comes from it any more. The platform dials anew, then restarts its engine; if the state stays, restart the device by hand and look at its logs.",
        DeviceReason.EngineMissing => "There is no engine binary. The platform gets one from its release feed by itself; GET /api/system/engine says what is in the way. Or set ENGINE_PATH to the go-whatsapp-web-multidevice binary (9.0.1 or newer), or ENGINE=simulator to try the platform without WhatsApp.",
        DeviceReason.PortExhausted => "No free port for another engine; raise MAX_PROCESSES or free ports from PROCESS_BASE_PORT on.",
        DeviceReason.CapacityExhausted => "The host runs MAX_PROCESSES engines already; raise it, add a host, or stop a device.",
        DeviceReason.HostLost => "The host that ran the number is gone; another takes it over in a few seconds.",
        DeviceReason.ReachoutTimelock => "WhatsApp lets the number write to nobody who never wrote to it (error 463). Such messages wait; replies go out.",
        DeviceReason.SessionStoreUnavailable => "The database that keeps the numbers' sessions can't be used; the device starts by itself when it can. The host's log says why.",
        DeviceReason.NetworkDown => "WhatsApp can't be reached; the engine goes on trying.",
        _ => null,
    };
}
