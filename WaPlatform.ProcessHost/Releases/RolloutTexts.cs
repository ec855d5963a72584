using WaPlatform.Contracts.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Says in words what a device failed by.</summary>
internal static class RolloutTexts
{
    public static string For(RolloutReason reason, EngineVersion version) => reason switch
    {
        RolloutReason.EngineEnded => $"engine {version} ended by itself",
        RolloutReason.NotReady => $"engine {version} did not answer in time",
        RolloutReason.WrongVersion => $"the engine of release {version} says that it is another version",
        RolloutReason.NotConnected => $"the number was connected before, and did not connect again with engine {version}",
        RolloutReason.ConnectionLost => $"the number connected with engine {version}, and lost the connection again",
        RolloutReason.NothingSent => $"the number is connected with engine {version}, but none of its messages goes out",
        _ => $"it does not work with engine {version}",
    };
}
