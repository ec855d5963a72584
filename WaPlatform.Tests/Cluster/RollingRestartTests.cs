using System.Diagnostics;

namespace WaPlatform.Tests.Cluster;

/// <summary>A new version, service by service.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class RollingRestartTests(SharedCluster shared, ITestOutputHelper output)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryServiceIsRestartedInTurn_NoMessageIsRefusedOrLost()
    {
        await shared.SettleAsync(CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);

        foreach (var service in shared.Cluster.Services)
        {
            var asked = Stopwatch.GetTimestamp();
            Assert.Equal(0, await service.TerminateAsync(CancellationToken));
            var ended = Stopwatch.GetElapsedTime(asked);
            await service.StartAsync(CancellationToken);
            await shared.WaitUntilConnectedAsync(CancellationToken);
            output.WriteLine($"{service.Name} ended after {ended.TotalSeconds:F1} s; it was back, and all connected, after {Stopwatch.GetElapsedTime(asked).TotalSeconds:F1} s.");
        }

        output.WriteLine(await load.FinishAsync("every service restarted", CancellationToken));
        await shared.WaitUntilEvenAsync(CancellationToken);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }
}
