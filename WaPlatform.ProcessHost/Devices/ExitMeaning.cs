using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>What the end of an engine process means (gowa contract §8.3).</summary>
internal static class ExitMeaning
{
    /// <param name="exitCode">128 + n for a death by signal n.</param>
    /// <param name="asked">The platform's own reason for ending the process, or null when it ended by itself.</param>
    public static DeviceReason Of(int exitCode, DeviceReason? asked) => (exitCode, asked) switch
    {
        (_, { } reason) => reason,

        // Nobody asked, and the engine left politely: it does so only when another process connected with the same session.
        (0, null) => DeviceReason.StreamReplaced,
        (1, null) => DeviceReason.EngineExit,
        _ => DeviceReason.EngineCrash,
    };
}
