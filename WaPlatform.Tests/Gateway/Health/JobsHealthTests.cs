using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using WaPlatform.Gateway.Health;
using WaPlatform.Jobs;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.ProcessHost;

namespace WaPlatform.Tests.Gateway.Health;

/// <summary>What a gateway sees of the jobs service, which is another process.</summary>
public sealed class JobsHealthTests(PostgresTestDatabase database) : IClassFixture<PostgresTestDatabase>
{
    [Fact]
    public async Task Check_BeforeAndWhileAJobsServiceRuns()
    {
        var check = new JobsHealthCheck(database.Factory);
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(check));

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:wadb", database.ConnectionString)]);
        builder.Services.AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IGrainFactory>(new FakeDevices());
        builder.AddWaDatabase();
        builder.AddJobs();
        using var jobs = builder.Build();
        await jobs.StartAsync(TestContext.Current.CancellationToken);

        await RunningHost.UntilAsync(async () => await StatusAsync(check) == HealthStatus.Healthy, () => "no jobs service was seen");
        await jobs.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<HealthStatus> StatusAsync(JobsHealthCheck check) =>
        (await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status;
}
