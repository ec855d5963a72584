using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Cluster;

/// <summary>Hosts that are asked to give their devices away.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class HostStopTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan HandedOver = TimeSpan.FromSeconds(5);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HostIsTerminated_HandsItsDevicesOverWithinSeconds()
    {
        await shared.SettleAsync(CancellationToken);
        await using var hub = await HubClient.ConnectAsync(shared.Cluster.Gateways[0], CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);
        var host = shared.Cluster.Hosts[2];
        var devices = await shared.DevicesOfAsync(host, CancellationToken);

        var exitCode = await host.TerminateAsync(CancellationToken);
        await shared.WaitUntilMovedAsync(devices, host.Name, CancellationToken);
        var gaps = await Gaps.MeasureAsync(hub, devices, CancellationToken);
        output.WriteLine($"{devices.Length} devices of a host that was asked to end: {Gaps.Tell(gaps)}.");
        output.WriteLine(await load.FinishAsync($"{host.Name} terminated", CancellationToken));

        Assert.Equal(0, exitCode);
        Gaps.AssertShort(gaps, HandedOver);
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

        await shared.Cluster.PostAsync($"/api/system/hosts/{host.Name}/drain", CancellationToken);
        var emptied = await shared.WaitUntilMovedAsync(devices, host.Name, CancellationToken);
        var gaps = await Gaps.MeasureAsync(hub, devices, CancellationToken);
        output.WriteLine($"{devices.Length} devices of a drained host: all elsewhere after {emptied.TotalSeconds:F1} s; {Gaps.Tell(gaps)}.");
        var listed = (await shared.Cluster.HostsAsync(CancellationToken))!.Single(one => one.Id == host.Name);
        Assert.Equal(new ListedHost(host.Name, "draining", Devices: 0), listed);

        await shared.Cluster.PostAsync($"/api/system/hosts/{host.Name}/resume", CancellationToken);
        var even = await shared.WaitUntilEvenAsync(CancellationToken);
        output.WriteLine($"It had its share again {even.TotalSeconds:F1} s after it was resumed.");
        output.WriteLine(await load.FinishAsync($"{host.Name} drained and resumed", CancellationToken));

        Gaps.AssertShort(gaps, HandedOver);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }
}
