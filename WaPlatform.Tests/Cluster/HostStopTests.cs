using System.Diagnostics;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Cluster;

/// <summary>Hosts that are asked to give their devices away.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class HostStopTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan HandedOver = TimeSpan.FromSeconds(5);

    // What the manifests give it.
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(45);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HostIsTerminated_HandsEachDeviceOverWithinFiveSecondsAndNoMoreAtATimeThanOthersCanStart()
    {
        await shared.SettleAsync(CancellationToken);
        await using var hub = await HubClient.ConnectAsync(shared.Cluster.Gateways[0], CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);
        var host = shared.Cluster.Hosts[2];
        var devices = await shared.DevicesOfAsync(host, CancellationToken);
        var before = await shared.Cluster.Lives.CountAsync(CancellationToken);

        var exitCode = await host.TerminateAsync(CancellationToken);
        await shared.WaitUntilMovedAsync(devices, host.Name, CancellationToken);
        var gaps = await Gaps.MeasureAsync(hub, devices, CancellationToken);
        var away = await shared.Cluster.Lives.MostAwayAsync(devices, before, CancellationToken);
        output.WriteLine($"{devices.Length} devices of a host that was asked to end, {away} at a time: {Gaps.Tell(gaps)}.");
        output.WriteLine(await load.FinishAsync($"{host.Name} terminated", CancellationToken));

        Assert.Equal(0, exitCode);
        Assert.All(gaps, gap => Assert.InRange(gap, TimeSpan.Zero, HandedOver));
        Assert.InRange(away, 1, (shared.Cluster.Hosts.Count - 1) * RunningCluster.StartsAtOnce);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }

    [Fact]
    public async Task HostIsTerminatedWhileAnotherStandsStill_EndsInTimeAndItsDevicesGoToTheThird()
    {
        await shared.SettleAsync(CancellationToken);
        var (host, still) = (shared.Cluster.Hosts[2], shared.Cluster.Hosts[1]);
        var devices = await shared.DevicesOfAsync(host, CancellationToken);

        still.Suspend();
        try
        {
            var asked = Stopwatch.GetTimestamp();
            var exitCode = await host.TerminateAsync(CancellationToken);
            var ended = Stopwatch.GetElapsedTime(asked);
            await shared.Cluster.WaitForFleetAsync(
                "on the third host", placed => devices.All(phone => placed.Exists(device => device.Phone == phone && device.IsConnected && device.Host == shared.Cluster.Hosts[0].Name)), CancellationToken);
            output.WriteLine($"It ended after {ended.TotalSeconds:F1} s; its {devices.Length} devices were on the third host after {Stopwatch.GetElapsedTime(asked).TotalSeconds:F1} s.");

            Assert.Equal(0, exitCode);
            Assert.InRange(ended, TimeSpan.Zero, InTime);
        }
        finally
        {
            still.Resume();
        }

        await shared.SettleAsync(CancellationToken);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }

    [Fact]
    public async Task HostIsDrained_ItsDevicesMoveAndComeBackWhenItResumes()
    {
        await shared.SettleAsync(CancellationToken);
        await using var hub = await HubClient.ConnectAsync(shared.Cluster.Gateways[1], CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);
        var host = shared.Cluster.Hosts[0];
        var devices = await shared.DevicesOfAsync(host, CancellationToken);
        var before = await shared.Cluster.Lives.CountAsync(CancellationToken);

        await shared.Cluster.PostAsync($"/api/system/hosts/{host.Name}/drain", CancellationToken);
        var emptied = await shared.WaitUntilMovedAsync(devices, host.Name, CancellationToken);
        var gaps = await Gaps.MeasureAsync(hub, devices, CancellationToken);
        var away = await shared.Cluster.Lives.MostAwayAsync(devices, before, CancellationToken);
        output.WriteLine($"{devices.Length} devices of a drained host, {away} at a time: all elsewhere after {emptied.TotalSeconds:F1} s; {Gaps.Tell(gaps)}.");
        var listed = (await shared.Cluster.HostsAsync(CancellationToken))!.Single(one => one.Id == host.Name);
        Assert.Equal(new ListedHost(host.Name, "draining", Devices: 0), listed);

        await shared.Cluster.PostAsync($"/api/system/hosts/{host.Name}/resume", CancellationToken);
        var even = await shared.WaitUntilEvenAsync(CancellationToken);
        output.WriteLine($"It had its share again {even.TotalSeconds:F1} s after it was resumed.");
        output.WriteLine(await load.FinishAsync($"{host.Name} drained and resumed", CancellationToken));

        Assert.All(gaps, gap => Assert.InRange(gap, TimeSpan.Zero, HandedOver));
        Assert.InRange(away, 1, new SupervisionOptions().MovesAtOnce);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }
}
