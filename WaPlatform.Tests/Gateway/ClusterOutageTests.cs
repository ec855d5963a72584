using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway;

/// <summary>A gateway whose only host goes away, in a real cluster.</summary>
public sealed class ClusterOutageTests(RedisServer redis, PostgresServer postgres)
{
    private const string Phone = "5562000000001";

    // Far below what a call of the cluster itself would wait, and far above what a busy machine needs.
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(20);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_NoHostIsUp_AreAcceptedOrRefusedQuickly()
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:wadb"] = await postgres.NameDatabaseAsync(CancellationToken),
            ["ConnectionStrings:redis"] = await redis.CreateDatabaseAsync(CancellationToken),
            ["Cluster:Mode"] = "redis",
        };
        var host = await RunningHost.StartAsync(settings["ConnectionStrings:redis"]!, settings);
        var gateway = new GatewayHost(redis) { IsInCluster = true };
        foreach (var (name, value) in settings)
        {
            gateway.Settings[name] = value;
        }

        await gateway.InitializeAsync();
        try
        {
            await host.RegisterAsync(Phone);
            Assert.NotEqual("disconnected", await StateAsync(gateway));
            await host.DisposeAsync();

            var start = Stopwatch.GetTimestamp();
            using var sent = await gateway.Client.PostAsJsonAsync("/api/messages/send", new { from = Phone, to = "5511888888888", message = "later" }, CancellationToken);
            var sendTook = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            using var restart = await gateway.Client.PostAsync(new Uri($"/api/devices/{Phone}/restart", UriKind.Relative), null, CancellationToken);
            var restartTook = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            using var proxied = await gateway.Client.PostAsync(new Uri($"/proxy/whatsapp/{Phone}/app/reconnect", UriKind.Relative), null, CancellationToken);
            var proxyTook = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            using var health = await gateway.Client.GetAsync(new Uri("/api/health/detailed", UriKind.Relative), CancellationToken);
            var healthTook = Stopwatch.GetElapsedTime(start);

            TestContext.Current.TestOutputHelper?.WriteLine($"send {sendTook}, restart {restartTook}, proxy {proxyTook}, health {healthTook}");
            Assert.Equal("queued", (await sent.ReadJsonAsync(HttpStatusCode.Accepted)).GetProperty("status").GetString());
            await restart.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
            await proxied.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
            Assert.Equal("degraded", (await health.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("checks").GetProperty("cluster").GetProperty("status").GetString());
            Assert.All([sendTook, restartTook, proxyTook, healthTook], took => Assert.True(took < Quick, $"took {took}"));
            Assert.Equal("disconnected", await StateAsync(gateway));
        }
        finally
        {
            await gateway.DisposeAsync();
        }
    }

    private static async Task<string?> StateAsync(GatewayHost gateway)
    {
        using var response = await gateway.Client.GetAsync(new Uri($"/api/devices/{Phone}", UriKind.Relative), CancellationToken);
        return (await response.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("state").GetString();
    }
}
