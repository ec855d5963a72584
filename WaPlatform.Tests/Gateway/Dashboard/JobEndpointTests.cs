using System.Net;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Dashboard;

/// <summary>The calls about jobs while nobody runs them.</summary>
public sealed class JobEndpointTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAndRun_WithoutAJobsService_AreToBeTriedAgain()
    {
        using var list = await gateway.Client.GetAsync("/api/system/jobs", CancellationToken);
        using var run = await gateway.Client.PostAsync("/api/system/jobs/sweep/run", null, CancellationToken);

        foreach (var answer in new[] { list, run })
        {
            Assert.True((await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "JOBS_UNAVAILABLE")).GetProperty("retriable").GetBoolean());
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }
}
