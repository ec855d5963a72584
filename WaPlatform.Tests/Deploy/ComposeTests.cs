using System.Globalization;

namespace WaPlatform.Tests.Deploy;

/// <summary>The Compose files say what the services need, and nothing that they don't know.</summary>
public sealed class ComposeTests
{
    private const string Distributed = "compose/compose.yaml";
    private const string Single = "compose/standalone.yaml";

    public static TheoryData<string, string> Services => [.. Files().SelectMany(file => All(file).Select(service => (file, service.Name)))];

    public static TheoryData<string, string> OwnServices => [.. Files().SelectMany(file => All(file).Where(service => service.Value["build"].Exists).Select(service => (file, service.Name)))];

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_Any_IsConfinedAndWatched(string file, string name)
    {
        var service = Find(file, name);

        Assert.Equal("true", service["read_only"].Text);
        Assert.DoesNotContain(service["user"].Text.Split(':'), id => id is "0" or "root");
        Assert.Equal(["ALL"], service["cap_drop"].Items.Select(item => item.Text));
        Assert.Equal(["no-new-privileges:true"], service["security_opt"].Items.Select(item => item.Text));
        Assert.NotEmpty(service["healthcheck", "test"].Items);
        Assert.NotEmpty(service["deploy", "resources", "limits", "cpus"].Text);
        Assert.NotEmpty(service["deploy", "resources", "limits", "memory"].Text);
        Assert.True(Grace(service) >= TimeSpan.FromSeconds(30));
    }

    [Theory]
    [MemberData(nameof(OwnServices))]
    public void Service_OfThePlatform_IsBuiltFromTheDockerfileAndGetsVariablesThatItReads(string file, string name)
    {
        var service = Find(file, name);

        Assert.Equal("deploy/Dockerfile", service["build", "dockerfile"].Text);
        Assert.Contains(service["build", "target"].Text, Images.Targets);
        Assert.Equal($"waplatform/{name}:${{WAPLATFORM_VERSION:-{Images.Version}}}", service["image"].Text);
        Assert.All(service["environment"].Members, variable => Assert.True(KnownVariables.Contain(variable.Name), $"No service reads {variable.Name}."));
    }

    [Theory]
    [InlineData(Distributed, "processhost")]
    [InlineData(Single, "standalone")]
    public void StopGracePeriod_RunsEngines_CoversTheirEnd(string file, string name) =>
        Assert.True(Grace(Find(file, name)) >= Images.EngineGrace + TimeSpan.FromSeconds(10), $"Engines may take {Images.EngineGrace}.");

    [Fact]
    public void Replicas_OfGatewayAndHost_AreTwoAtLeast()
    {
        Assert.True(int.Parse(Find(Distributed, "gateway")["deploy", "replicas"].Text, CultureInfo.InvariantCulture) >= 2);
        Assert.True(int.Parse(Find(Distributed, "processhost")["deploy", "replicas"].Text, CultureInfo.InvariantCulture) >= 2);
    }

    [Fact]
    public void Ports_OfAllServices_NobodyIsReachedFromOutsideButTheEdge()
    {
        Assert.Equal(["edge"], All(Distributed).Where(service => service.Value["ports"].Exists).Select(service => service.Name));
        Assert.Contains("server gateway:3000 resolve;", DeployFiles.Read("compose/nginx.conf"), StringComparison.Ordinal);
        Assert.Contains("EXPOSE 3000", DeployFiles.Read("Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void TrustedProxies_OfTheGateway_AreTheNetworkOfTheEdgeAlone()
    {
        var network = DeployFiles.Documents(Distributed).Single()["networks", "front", "ipam", "config"].Items.Single()["subnet"].Text;

        Assert.Equal(network, Find(Distributed, "gateway")["environment", "Gateway__TrustedProxies"].Text);
        Assert.Equal(["edge", "gateway"], All(Distributed).Where(service => service.Value["networks"].Exists && service.Value["networks"].Items.Any(name => name.Text == "front")).Select(service => service.Name));
        Assert.Contains("proxy_set_header X-Forwarded-For $remote_addr;", DeployFiles.Read("compose/nginx.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public void Postgres_OfTheDistributedPlatform_HasLocksForADump() =>
        Assert.Contains("max_locks_per_transaction=256", Find(Distributed, "postgres")["command"].Items.Select(item => item.Text));

    [Fact]
    public void Secrets_OfTheDistributedPlatform_HaveNoDefault()
    {
        var example = DeployFiles.Read("compose/.env.example");
        string[] secrets = ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "JWT_SECRET", "DEFAULT_ADMIN_PASS", "WAPLATFORM_MASTER_KEY"];

        Assert.All(secrets, secret => Assert.Contains($"{secret}=\n", example, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.Contains($"${{{secret}:?}}", DeployFiles.Read(Distributed), StringComparison.Ordinal));
    }

    private static string[] Files() => [Distributed, Single];

    private static IEnumerable<(string Name, Node Value)> All(string file) => DeployFiles.Documents(file).Single()["services"].Members;

    private static Node Find(string file, string name) => All(file).Single(service => service.Name == name).Value;

    private static TimeSpan Grace(Node service) => TimeSpan.FromSeconds(int.Parse(service["stop_grace_period"].Text.TrimEnd('s'), CultureInfo.InvariantCulture));
}
