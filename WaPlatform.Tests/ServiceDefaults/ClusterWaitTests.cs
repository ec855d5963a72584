using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ServiceDefaults;

public sealed class ClusterWaitTests(RedisServer redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NoHostIsThereYet_IsAliveButNotReadyUntilOneIs()
    {
        var connectionString = await redis.CreateDatabaseAsync(CancellationToken);
        using var port = new ReservedPort(IPAddress.Loopback);
        await using var service = CreateService(connectionString, port, builder => builder.AddWaClusterClient());
        using var otherPort = new ReservedPort(IPAddress.Loopback);
        await using var host = CreateService(connectionString, otherPort, builder => builder.AddWaSilo());
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port.Number}") };

        var starting = service.StartAsync(CancellationToken);
        Assert.Equal(HttpStatusCode.OK, await DatabaseWaitTests.AskAsync(client, "/alive"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await DatabaseWaitTests.AskAsync(client, "/health"));
        Assert.False(starting.IsCompleted);

        await host.StartAsync(CancellationToken);
        await starting.WaitAsync(Patience, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, await DatabaseWaitTests.AskAsync(client, "/health"));
        await service.StopAsync(CancellationToken);
        await host.StopAsync(CancellationToken);
    }

    private static WebApplication CreateService(string redis, ReservedPort port, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port.Number}");
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:redis", redis)]);
        builder.Services.AddLogging().AddRoutingCore();
        builder.AddServiceDefaults();
        configure(builder);
        var app = builder.Build();
        app.UseRouting();
        app.MapDefaultEndpoints();
        return app;
    }
}
