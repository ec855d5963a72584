using System.Net;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Cluster;

/// <summary>Services that are there before what they need.</summary>
[Collection(typeof(SharedClusterTests))]
public sealed class StartOrderTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServicesStartBeforeTheirServers_AreAliveAndNotReadyUntilThoseAreThere()
    {
        await using var cluster = new RunningCluster(new ClusterPlan { Gateways = 1, Hosts = 1 });
        await Task.WhenAll(cluster.Services.Select(service => service.LaunchAsync(CancellationToken)));
        foreach (var service in cluster.Services)
        {
            await Eventually.TrueAsync(async stopping => await service.AnswerAsync("/alive", stopping) == HttpStatusCode.OK, ServiceProcess.Patience, CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await service.AnswerAsync("/health", CancellationToken));
        }

        // One after the other, so that each is also missed alone.
        await cluster.Postgres.StartAsync(CancellationToken);
        foreach (var service in cluster.Services)
        {
            await Eventually.TrueAsync(async stopping => await service.AnswerAsync("/alive", stopping) == HttpStatusCode.OK, ServiceProcess.Patience, CancellationToken);
            Assert.NotEqual(HttpStatusCode.OK, await service.AnswerAsync("/health", CancellationToken));
        }

        await cluster.Redis.StartAsync(CancellationToken);
        await Task.WhenAll(cluster.Services.Select(service => service.ReadyAsync(CancellationToken)));

        await cluster.SignInAsync(CancellationToken);
        await cluster.PairAsync("5511999990811", CancellationToken);
    }
}
