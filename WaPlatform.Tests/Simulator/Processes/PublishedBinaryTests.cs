using System.Diagnostics;
using System.Globalization;

namespace WaPlatform.Tests.Simulator.Processes;

/// <summary>What only a published, native simulator owes: it must be as light as what it stands in for.</summary>
public sealed class PublishedBinaryTests
{
    private static readonly TimeSpan SlowestStart = TimeSpan.FromMilliseconds(300);
    private const int LargestMegabytes = 60;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_Published_IsReadyInTimeAndSmall()
    {
        Assert.SkipUnless(SimulatorBinary.IsPublished, $"{SimulatorBinary.Variable} names no published simulator.");

        // The best of three: the first start reads the file from disk, and other tests share the machine.
        var best = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            await simulator.PairAsync("num-1", CancellationToken);

            Assert.InRange(ResidentMegabytes(simulator.Id), 1, LargestMegabytes);
        }

        Assert.InRange(best, TimeSpan.Zero, SlowestStart);
    }

    private static int ResidentMegabytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
