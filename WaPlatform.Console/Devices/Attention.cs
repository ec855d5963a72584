namespace WaPlatform.Console.Devices;

/// <summary>Whether a device waits for a person: nothing that the platform does by itself will bring it to work.</summary>
public static class Attention
{
    public static bool IsNeeded(Device device) => device.Desired == "running" && IsNeeded(device.State, device.Reason);

    private static bool IsNeeded(string state, string? reason) =>
        state is "failed" or "logged_out" or "pairing"
        || reason is "engine_missing" or "capacity_exhausted" or "port_exhausted" or "passkey_required" or "client_outdated" or "banned" or "stream_replaced" or "session_store_unavailable";
}
