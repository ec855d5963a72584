using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Decides what a device's state is, from the facts alone (architecture §4).</summary>
internal static class DeviceStateMachine
{
    public static (DeviceState State, DeviceReason? Reason) Decide(DeviceFacts facts) => facts.Phase switch
    {
        ProcessPhase.GivenUp => (DeviceState.Failed, facts.PhaseReason),
        ProcessPhase.None when facts.Desired == DesiredState.Stopped => (DeviceState.Stopped, facts.PhaseReason),
        ProcessPhase.BackingOff => (DeviceState.BackingOff, facts.PhaseReason),
        ProcessPhase.None or ProcessPhase.Starting => (DeviceState.Starting, facts.PhaseReason),
        _ => DecideRunning(facts),
    };

    private static (DeviceState State, DeviceReason? Reason) DecideRunning(DeviceFacts facts) => facts switch
    {
        { Paired: false, UnlinkedBy: { } by } => (DeviceState.LoggedOut, by),
        { Paired: false } => (DeviceState.Pairing, facts.Obstacle),
        { Settling: true } => (DeviceState.Connecting, DeviceReason.PairingRestart),
        { Dialing: true } => (DeviceState.Connecting, facts.WasConnected ? DeviceReason.NetworkDown : null),

        { IsConnected: true, IsLoggedIn: true, Deaf: true } => (DeviceState.Disconnected, DeviceReason.Deaf),

        // Both flags, and no request that hangs: one of them alone is what makes other platforms say "connected" of a dead number.
        { IsConnected: true, IsLoggedIn: true } => (DeviceState.Connected, facts.Timelocked ? DeviceReason.ReachoutTimelock : null),
        { Obstacle: { } obstacle } => (DeviceState.Disconnected, obstacle),
        { WasConnected: true } => (DeviceState.Disconnected, DeviceReason.NetworkDown),
        _ => (DeviceState.Connecting, null),
    };
}
