using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Cluster;

/// <summary>On which host a device runs.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class PlacementTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly string[] Phones = ["5511999990801", "5511999990802", "5511999990803", "5511999990804", "5511999990805"];

    // Nobody waits for a place that there is not.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(15);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThirtyDevicesOnThreeHosts_RunOnceEachInEvenShares()
    {
        await shared.SettleAsync(CancellationToken);

        var spread = (await shared.Cluster.DevicesAsync(CancellationToken))!.Spread(shared.Cluster.Hosts);
        output.WriteLine($"Devices of each host: {string.Join(", ", spread)}.");

        Assert.Equal(shared.Phones.Count, spread.Values.Sum());
        Assert.True(spread.IsEven());
        await shared.AssertProcessesAreRealAsync(CancellationToken);
        await shared.Cluster.Lives.AssertNoOverlapAsync(CancellationToken);
    }

    [Fact]
    public async Task FullCluster_RefusesOneMoreAndStartsADeviceWhereThereIsRoom()
    {
        await using var cluster = new RunningCluster(new ClusterPlan { Gateways = 1, Hosts = 2, MaxProcesses = 2 });
        await cluster.StartAsync(CancellationToken);
        foreach (var phone in Phones[..4])
        {
            await cluster.RegisterAsync(phone, CancellationToken);
        }

        await cluster.WaitForFleetAsync("two on each host", devices => cluster.Hosts.All(host => devices.Count(device => device.Host == host.Name) == 2), CancellationToken);
        await AssertNoRoomAsync(cluster, Phones[4]);

        // Its place is taken while it is stopped; when it wants to run again there is one on the other host.
        var placed = (await cluster.DevicesAsync(CancellationToken))!.GroupBy(device => device.Host!).Select(host => host.First()).ToArray();
        var (stopped, other) = (placed[0], placed[1]);
        await StopAsync(cluster, stopped.Phone);
        await cluster.RegisterAsync(Phones[4], CancellationToken);
        await cluster.WaitForFleetAsync("on the free place", devices => HostOf(devices, Phones[4]) == stopped.Host, CancellationToken);
        await StopAsync(cluster, other.Phone);
        await cluster.PostAsync($"/api/devices/{stopped.Phone}/start", CancellationToken);
        var took = await cluster.WaitForFleetAsync("on the other host", devices => HostOf(devices, stopped.Phone) == other.Host, CancellationToken);
        output.WriteLine($"The device ran on the other host after {took.TotalSeconds:F1} s.");
    }

    private static async Task AssertNoRoomAsync(RunningCluster cluster, string phone)
    {
        var asked = Stopwatch.GetTimestamp();
        using var answer = await cluster.Client.PostAsJsonAsync("/api/devices", new { phoneNumber = phone }, CancellationToken);
        var took = Stopwatch.GetElapsedTime(asked);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("CAPACITY_EXHAUSTED", said.GetProperty("code").GetString());
        Assert.InRange(took, TimeSpan.Zero, AtOnce);
        Assert.DoesNotContain(await cluster.DevicesAsync(CancellationToken) ?? [], device => device.Phone == phone);
    }

    private static async Task StopAsync(RunningCluster cluster, string phone)
    {
        await cluster.PostAsync($"/api/devices/{phone}/stop", CancellationToken);
        await cluster.WaitForFleetAsync("stopped", devices => devices.Exists(device => device.Phone == phone && device.Pid is null), CancellationToken);
    }

    private static string? HostOf(List<PlacedDevice> devices, string phone) => devices.Find(device => device.Phone == phone)?.Host;
}
