using System.Diagnostics;
using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.Cluster;

/// <summary>Hosts that go silent without a word.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class HostDeathTests(SharedCluster shared, ITestOutputHelper output)
{
    // Twice the lease: it must run out, and then the engines start and connect (architecture §10).
    private static readonly TimeSpan TakenOver = 2 * RunningCluster.Lease;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HostIsKilled_ItsDevicesAreConnectedElsewhereWithinTwentySeconds()
    {
        await shared.SettleAsync(CancellationToken);
        await using var first = await HubClient.ConnectAsync(shared.Cluster.Gateways[0], CancellationToken);
        await using var second = await HubClient.ConnectAsync(shared.Cluster.Gateways[1], CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);
        var host = shared.Cluster.Hosts[0];
        var devices = await shared.DevicesOfAsync(host, CancellationToken);

        await host.KillAsync(CancellationToken);
        var took = await shared.WaitUntilMovedAsync(devices, host.Name, CancellationToken);
        output.WriteLine($"{devices.Length} devices of a killed host were connected elsewhere after {took.TotalSeconds:F1} s.");
        var moved = Stopwatch.GetTimestamp();
        await first.HearsOfAsync(shared.Phones, moved, CancellationToken);
        await second.HearsOfAsync(shared.Phones, moved, CancellationToken);
        output.WriteLine(await load.FinishAsync($"{host.Name} killed", CancellationToken));

        Assert.InRange(took, TimeSpan.Zero, TakenOver);
        Assert.Equal((0, 0), (first.Losses, second.Losses));
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }

    [Fact]
    public async Task HostStandsStillBeyondItsLease_ItsDevicesMoveAndItComesBackAsANewOne()
    {
        await shared.SettleAsync(CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);
        var host = shared.Cluster.Hosts[1];
        var pid = host.Pid;
        var devices = await shared.DevicesOfAsync(host, CancellationToken);

        host.Suspend();
        try
        {
            var took = await shared.WaitUntilMovedAsync(devices, host.Name, CancellationToken);
            output.WriteLine($"{devices.Length} devices of a host that stands still were connected elsewhere after {took.TotalSeconds:F1} s.");
            Assert.InRange(took, TimeSpan.Zero, TakenOver);
            Assert.Empty(Engines.Of(host.Pid));
        }
        finally
        {
            host.Resume();
        }

        var back = await shared.Cluster.WaitForHostsAsync("alive again", hosts => hosts.Exists(one => one.Id == host.Name && one.State == "alive"), CancellationToken);
        var even = await shared.WaitUntilEvenAsync(CancellationToken);
        output.WriteLine($"It was back after {back.TotalSeconds:F1} s, and had its share again after another {even.TotalSeconds:F1} s.");
        output.WriteLine(await load.FinishAsync($"{host.Name} stood still", CancellationToken));

        Assert.True(host.IsRunning);
        Assert.Equal(pid, host.Pid);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }
}
