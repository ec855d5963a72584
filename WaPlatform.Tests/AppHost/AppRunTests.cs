using Aspire.Hosting.Testing;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.AppHost;

/// <summary>The whole system as <c>dotnet run --project WaPlatform.AppHost -- --no-containers</c> starts it, on the tests' own servers. Only with <c>-p:WithAspire=true</c>.</summary>
public sealed class AppRunTests(PostgresServer postgres, RedisServer redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WithoutContainers_EveryServiceGetsReady()
    {
        var data = Directory.CreateTempSubdirectory("wa-apphost-");
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.WaPlatform_AppHost>(
            [
                "--no-containers",
                $"--ConnectionStrings:wadb={await postgres.NameDatabaseAsync(CancellationToken)}",
                $"--ConnectionStrings:redis={await redis.CreateDatabaseAsync(CancellationToken)}",
                $"--WAPLATFORM_DATA={data.FullName}",
            ],
            CancellationToken);
        await using (var app = await builder.BuildAsync(CancellationToken))
        {
            await app.StartAsync(CancellationToken);
            foreach (var service in new[] { "processhost", "gateway", "jobs" })
            {
                await app.ResourceNotifications.WaitForResourceHealthyAsync(service, CancellationToken).WaitAsync(Patience, CancellationToken);
            }

            using var client = app.CreateHttpClient("gateway");
            using var answer = await client.GetAsync(new Uri("/api/health", UriKind.Relative), CancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        data.Delete(recursive: true);
    }
}
