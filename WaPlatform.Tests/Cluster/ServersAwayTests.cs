using System.Diagnostics;

namespace WaPlatform.Tests.Cluster;

/// <summary>The servers that the cluster stands on die and come back.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class ServersAwayTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RedisAndPostgresDie_EverythingRecoversAndAKilledHostIsStillTakenOver()
    {
        await shared.SettleAsync(CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);

        await shared.Cluster.Redis.KillAsync();
        await Task.Delay(Away, TimeProvider.System, CancellationToken);
        await shared.Cluster.Redis.StartAsync(CancellationToken);
        await TellRecoveryAsync("Redis", load);

        await shared.Cluster.Postgres.CrashAsync(CancellationToken);
        await Task.Delay(Away, TimeProvider.System, CancellationToken);
        await shared.Cluster.Postgres.StartAsync(CancellationToken);
        await TellRecoveryAsync("PostgreSQL", load);

        var host = shared.Cluster.Hosts[1];
        var devices = await shared.DevicesOfAsync(host, CancellationToken);
        await host.KillAsync(CancellationToken);
        var took = await shared.WaitUntilMovedAsync(devices, host.Name, CancellationToken);
        output.WriteLine($"{devices.Length} devices of a host killed after that were connected elsewhere after {took.TotalSeconds:F1} s.");
        output.WriteLine(await load.FinishAsync("Redis and PostgreSQL were away", CancellationToken));

        Assert.InRange(took, TimeSpan.Zero, 2 * RunningCluster.Lease);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }

    private async Task TellRecoveryAsync(string server, Load load)
    {
        var back = Stopwatch.GetTimestamp();
        await load.MoreAsync(CancellationToken);
        var accepting = Stopwatch.GetElapsedTime(back);
        await Task.WhenAll(shared.Cluster.Services.Select(service => service.ReadyAsync(CancellationToken)));
        await shared.WaitUntilConnectedAsync(CancellationToken);
        output.WriteLine($"{server} was back: 60 more accepted after {accepting.TotalSeconds:F1} s, all ready and connected after {Stopwatch.GetElapsedTime(back).TotalSeconds:F1} s.");
    }
}
