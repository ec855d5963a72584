using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data;
using WaPlatform.Tests.Cluster;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Engines.Releases;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;
using WaPlatform.Tests.Simulator;
using WaPlatform.Tests.Simulator.Stories;

namespace WaPlatform.Tests.Platform.Engines;

/// <summary>Hosts as processes of their own, of which one can't reach the feed.</summary>
public sealed class HostsWithoutAFeedTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_FeedOutOfReach_GetsTheEngineThatAnotherHostFetched()
    {
        await using var server = await ReleaseServer.StartAsync(CancellationToken);
        server.Publish("9.2.0", EngineArchiveMaker.Good("9.2.0"));
        var (database, cluster) = (await postgres.NameDatabaseAsync(CancellationToken), await redis.CreateDatabaseAsync(CancellationToken));
        using var directory = new TemporaryDirectory();
        await using var first = Host("host-1", server.Url);
        await using var second = Host("host-2", "http://127.0.0.1:9/");

        await first.StartAsync(CancellationToken);
        using var service = TestDatabase.CreateService(database);
        await service.StartAsync(CancellationToken);
        await WaitAsync("the archive is not kept", db => db.EngineArchives.AnyAsync(a => a.Version == "9.2.0" && a.IsStored));
        await WaitAsync("it is not the version of all devices", db => db.EngineFleets.AnyAsync(f => f.Current == "9.2.0"));
        await second.StartAsync(CancellationToken);

        await WaitAsync("the other host does not have it", db => db.HostEngines.AnyAsync(h => h.Host == "host-2" && h.Installed == "9.2.0" && h.FailedVersion == null));
        await WaitAsync("it takes no devices", db => db.Hosts.AnyAsync(h => h.Id == "host-2" && h.Silo != ""));
        Assert.Single(server.Requests, path => path.StartsWith("/elsewhere/", StringComparison.Ordinal));
        await service.StopAsync(CancellationToken);

        ServiceProcess Host(string name, string feed) => new("WaPlatform.ProcessHost", name, Path.Combine(directory.Path, name), new Dictionary<string, string>
        {
            ["HOST_ID"] = name, ["ConnectionStrings__wadb"] = database, ["ConnectionStrings__redis"] = cluster, ["PROCESS_BASE_PORT"] = "0", ["ENGINE"] = "gowa", ["ENGINE_RELEASES_URL"] = feed,
        });

        Task WaitAsync(string otherwise, Func<WaDbContext, Task<bool>> condition) => Eventually.TrueAsync(
            async cancellationToken =>
            {
                await using var db = await service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(cancellationToken);
                return await condition(db);
            },
            ServiceProcess.Patience, CancellationToken);
    }
}
