namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Makes what the recording made by hand: a session row of the number that no slot row knows of.</summary>
internal static class SplitSlot
{
    public static async Task PrepareAsync(Replay replay)
    {
        await NetworkSetups.BeginAsync(replay, "num-1");
    }
}
