using WaPlatform.Benchmarks.Processes;
using WaPlatform.Benchmarks.Results;

namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>One client that waits for the outcome of each message: through the platform and to the engine itself, in turn, so that both meet the same machine.</summary>
internal static class WaitScenario
{
    private static readonly double[] Percents = [50, 90, 99];

    public static async Task RunAsync(Ground ground, Sizes sizes, Report report, CancellationToken cancellationToken)
    {
        var calls = Enumerable.Range(0, sizes.BlockSize).Select(number => PlatformProcess.Send(ground.Senders[0], $"waited for {number}", wait: true)).ToArray();
        var directCalls = Enumerable.Range(0, sizes.BlockSize).Select(EngineYardstick.Send).ToArray();
        var platform = new List<double>();
        var direct = new List<double>();
        for (var block = 0; block < sizes.Blocks; block++)
        {
            platform.AddRange((await Load.RunAsync(ground.Platform.Client, calls, clients: 1, Load.Done, cancellationToken)).Latencies);
            direct.AddRange((await Load.RunAsync(ground.Yardstick.Client, directCalls, clients: 1, Load.Done, cancellationToken)).Latencies);
        }

        foreach (var percent in Percents)
        {
            report.Add($"wait: p{percent}", "ms", platform.Percentile(percent));
            report.Add($"wait: p{percent} direct, in turn", "ms", direct.Percentile(percent));
        }

        report.Add(Names.WaitDifference, "ms", platform.Percentile(50) - direct.Percentile(50));
        report.Add("wait: p50 ratio to direct", "×", platform.Percentile(50) / direct.Percentile(50));
        await ground.RestAsync(cancellationToken);
    }
}
