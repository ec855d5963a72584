using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>How far the engine process of a device is.</summary>
internal enum ProcessPhase
{
    None,
    Starting,
    Running,
    BackingOff,
    GivenUp,
}

/// <summary>All that the state of a device is decided from.</summary>
internal sealed record DeviceFacts
{
    public DesiredState Desired { get; init; }

    public ProcessPhase Phase { get; init; }

    /// <summary>Why the process is in its phase: the reason of the last exit, or why there is none.</summary>
    public DeviceReason? PhaseReason { get; init; }

    /// <summary>The engine's slot has a WhatsApp identity.</summary>
    public bool Paired { get; init; }

    public bool IsConnected { get; init; }

    public bool IsLoggedIn { get; init; }

    /// <summary>A status request hangs: the engine is dialing (gowa real.md §3.1 point 4).</summary>
    public bool Dialing { get; init; }

    /// <summary>The process was connected to WhatsApp at some time of its life.</summary>
    public bool WasConnected { get; init; }

    /// <summary>Set from the moment of pairing until the process that came after it is connected (gowa contract §0.18).</summary>
    public bool Settling { get; init; }

    /// <summary>Why a number that was paired is not any more.</summary>
    public DeviceReason? UnlinkedBy { get; init; }

    /// <summary>WhatsApp lets the number write to nobody who never wrote to it.</summary>
    public bool Timelocked { get; init; }

    /// <summary>The engine says that it is connected, and nothing comes from it.</summary>
    public bool Deaf { get; init; }

    /// <summary>What stands in the way of pairing or connecting, as far as the engine tells.</summary>
    public DeviceReason? Obstacle { get; init; }
}
