using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace WaPlatform.Tests.AppHost;

/// <summary>What AppHost publishes; nothing is started. Only with <c>-p:WithAspire=true</c>.</summary>
public sealed class AppModelTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("processhost")]
    [InlineData("gateway")]
    [InlineData("jobs")]
    public async Task Publish_AService_GetsTheStoresByTheirNames(string name)
    {
        await using var app = await BuildAsync();

        var variables = await Find(app, name).GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);

        Assert.Equal("{wadb.connectionString}", variables["ConnectionStrings__wadb"]);
        Assert.Equal("{redis.connectionString}", variables["ConnectionStrings__redis"]);
        Assert.Equal("{master-key.value}", variables["WAPLATFORM_MASTER_KEY"]);
    }

    [Fact]
    public async Task Publish_TheGateway_GetsItsSecretsAsParametersAndIsReachedFromOutside()
    {
        await using var app = await BuildAsync();
        var gateway = Find(app, "gateway");

        var variables = await gateway.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);

        Assert.Equal("{admin-password.value}", variables["DEFAULT_ADMIN_PASS"]);
        Assert.Equal("{jwt-secret.value}", variables["JWT_SECRET"]);
        Assert.All(
            ["admin-password", "jwt-secret", "master-key"], name => Assert.True(Model(app).Resources.OfType<ParameterResource>().Single(parameter => parameter.Name == name).Secret));
        Assert.Contains(gateway.Annotations.OfType<EndpointAnnotation>(), endpoint => endpoint.IsExternal);
    }

    [Fact]
    public async Task Publish_TheHosts_AreTwoWithTheEngineOfTheParameter()
    {
        await using var app = await BuildAsync();
        var hosts = Find(app, "processhost");

        var variables = await hosts.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);

        Assert.Equal(2, hosts.GetReplicaCount());
        Assert.Equal("{engine.value}", variables["ENGINE"]);
    }

    private static async Task<DistributedApplication> BuildAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.WaPlatform_AppHost>(["--operation", "publish", "--step", "publish-manifest"], CancellationToken);
        return await builder.BuildAsync(CancellationToken);
    }

    private static DistributedApplicationModel Model(DistributedApplication app) => app.Services.GetRequiredService<DistributedApplicationModel>();

    private static ProjectResource Find(DistributedApplication app, string name) => Model(app).Resources.OfType<ProjectResource>().Single(project => project.Name == name);
}
