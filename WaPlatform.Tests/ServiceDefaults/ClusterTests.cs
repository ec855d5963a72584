using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ServiceDefaults;

/// <summary>Silos that meet in Redis.</summary>
public sealed class ClusterTests(RedisServer redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_TwoSilosAndAClientThatWasFirst_FindOneAnother()
    {
        var connectionString = await redis.CreateDatabaseAsync(CancellationToken);
        using var client = CreateService(connectionString, builder => builder.AddWaClusterClient());
        using var first = CreateService(connectionString, builder => builder.AddWaSilo());
        using var second = CreateService(connectionString, builder => builder.AddWaSilo());

        await Task.WhenAll(client.StartAsync(CancellationToken), first.StartAsync(CancellationToken), second.StartAsync(CancellationToken)).WaitAsync(Patience, CancellationToken);
        var management = client.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        var active = await management.GetHosts(onlyActive: true, CancellationToken);

        Assert.Equal(2, active.Count);
        Assert.Equal(2, active.Keys.Select(silo => silo.Endpoint.Port).Distinct().Count());

        await client.StopAsync(CancellationToken);
        await first.StopAsync(CancellationToken).WaitAsync(Patience, CancellationToken);
        await second.StopAsync(CancellationToken).WaitAsync(Patience, CancellationToken);
    }

    private static IHost CreateService(string connectionString, Action<HostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:redis", connectionString)]);
        builder.Services.AddLogging().AddSingleton(TimeProvider.System);
        configure(builder);
        return builder.Build();
    }
}
