namespace WaPlatform.Benchmarks;

/// <summary>How much the mirror has to do.</summary>
/// <param name="Devices">Engines that send frames.</param>
/// <param name="Clients">Hub clients that hear all of them.</param>
/// <param name="PerSecond">Frames of all engines together.</param>
/// <param name="Seconds">How long.</param>
/// <param name="WarmUpSeconds">Before, unmeasured.</param>
internal sealed record MirrorSizes(int Devices, int Clients, int PerSecond, int Seconds, int WarmUpSeconds)
{
    public static readonly MirrorSizes Full = new(Devices: 10, Clients: 100, PerSecond: 1_000, Seconds: 30, WarmUpSeconds: 15);

    public static readonly MirrorSizes Smoke = new(Devices: 2, Clients: 4, PerSecond: 100, Seconds: 1, WarmUpSeconds: 0);
}
