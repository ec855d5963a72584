using System.Diagnostics;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Cluster;

/// <summary>A gateway that goes away.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class GatewayDeathTests(SharedCluster shared, ITestOutputHelper output)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GatewayIsKilled_ClientsOfTheOtherSeeNothingAndItsOwnGoOnThere()
    {
        await shared.SettleAsync(CancellationToken);
        var (dying, staying) = (shared.Cluster.Gateways[0], shared.Cluster.Gateways[1]);
        await using var undisturbed = await HubClient.ConnectAsync(staying, CancellationToken);
        await using var moving = await HubClient.ConnectAsync(() => dying.Service.IsRunning ? dying : staying, CancellationToken);
        await using var load = await shared.LoadAsync(CancellationToken);
        await moving.HearsOfAsync(shared.Phones, since: 0, CancellationToken);

        var killed = Stopwatch.GetTimestamp();
        await dying.Service.KillAsync(CancellationToken);
        await Eventually.TrueAsync(_ => Task.FromResult(moving is { Losses: > 0, IsConnected: true }), ServiceProcess.Patience, CancellationToken);
        var back = Stopwatch.GetTimestamp();
        output.WriteLine($"The client of the killed gateway was with the other one after {Stopwatch.GetElapsedTime(killed, back).TotalSeconds:F1} s.");
        await moving.HearsOfAsync(shared.Phones, back, CancellationToken);
        await undisturbed.HearsOfAsync(shared.Phones, killed, CancellationToken);
        output.WriteLine(await load.FinishAsync($"{dying.Service.Name} killed", CancellationToken));

        Assert.Equal(0, undisturbed.Losses);
        await shared.AssertProcessesAreRealAsync(CancellationToken);
    }
}
