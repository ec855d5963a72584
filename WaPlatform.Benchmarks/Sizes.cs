namespace WaPlatform.Benchmarks;

/// <summary>How much of everything one round does.</summary>
/// <param name="Devices">Numbers that send, and as many that only accept.</param>
/// <param name="Direct">Sends to the yardstick before each figure that is compared with it.</param>
/// <param name="Accept">Messages that are accepted one by one.</param>
/// <param name="Bulks">Requests of many messages.</param>
/// <param name="BulkSize">Messages in each of them.</param>
/// <param name="DeliverOne">Messages sent by one device.</param>
/// <param name="DeliverAll">Messages sent by all devices together.</param>
/// <param name="Blocks">Alternations of platform and yardstick in the comparison of single sends.</param>
/// <param name="BlockSize">Sends in a block.</param>
internal sealed record Sizes(int Devices, int Direct, int Accept, int Bulks, int BulkSize, int DeliverOne, int DeliverAll, int Blocks, int BlockSize)
{
    public static readonly Sizes Full = new(
        Devices: 10, Direct: 1_000, Accept: 10_000, Bulks: 40, BulkSize: 500, DeliverOne: 2_000, DeliverAll: 5_000, Blocks: 5, BlockSize: 100);

    public static readonly Sizes Smoke = new(
        Devices: 2, Direct: 20, Accept: 64, Bulks: 2, BulkSize: 10, DeliverOne: 20, DeliverAll: 20, Blocks: 2, BlockSize: 5);

    /// <summary>Enough for the code to be compiled and the connections to be open.</summary>
    public Sizes WarmUp => this with { Direct = Part(Direct), Accept = Part(Accept), Bulks = Part(Bulks), DeliverOne = Part(DeliverOne), DeliverAll = Part(DeliverAll), BlockSize = Part(BlockSize) };

    private static int Part(int count) => Math.Max(count / 4, Math.Min(count, 5));
}
