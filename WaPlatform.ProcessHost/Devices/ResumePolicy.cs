using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Decides whether a device's engine is started when a host takes the device.</summary>
internal static class ResumePolicy
{
    public static (bool Starts, string Why) Decide(DesiredState desired, DeviceState last, DeviceReason? lastReason, bool paired) => (desired, last, lastReason) switch
    {
        (DesiredState.Stopped, _, _) => (false, "stopped by an operator"),

        // Somebody has to look at these; starting them again would only go on with it.
        (_, DeviceState.Failed, DeviceReason.CrashLoop or DeviceReason.StreamReplaced or DeviceReason.Banned) => (false, "given up"),
        _ => (true, paired ? "wants to run and has a session" : "wants to run and waits for pairing"),
    };
}
