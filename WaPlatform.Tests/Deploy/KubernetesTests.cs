using System.Globalization;

namespace WaPlatform.Tests.Deploy;

/// <summary>The Kubernetes manifests say what the services need, and nothing that they don't know.</summary>
public sealed class KubernetesTests
{
    public static TheoryData<string> Workloads => [.. All().Where(IsWorkload).Select(NameOf)];

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Workload_Any_IsConfinedLimitedAndProbed(string name)
    {
        var pod = Pod(name);
        var container = Container(name);

        Assert.Equal("true", pod["securityContext", "runAsNonRoot"].Text);
        Assert.NotEqual("0", pod["securityContext", "runAsUser"].Text);
        Assert.Equal("RuntimeDefault", pod["securityContext", "seccompProfile", "type"].Text);
        Assert.Equal("false", pod["automountServiceAccountToken"].Text);
        Assert.Equal("true", container["securityContext", "readOnlyRootFilesystem"].Text);
        Assert.Equal("false", container["securityContext", "allowPrivilegeEscalation"].Text);
        Assert.Equal(["ALL"], container["securityContext", "capabilities", "drop"].Items.Select(item => item.Text));
        Assert.All(new[] { "cpu", "memory" }, kind => Assert.NotEmpty(container["resources", "limits", kind].Text));
        Assert.All(new[] { "cpu", "memory" }, kind => Assert.NotEmpty(container["resources", "requests", kind].Text));
        Assert.All(new[] { "startupProbe", "livenessProbe" }, probe => Assert.Equal("/alive", container[probe, "httpGet", "path"].Text));
        Assert.Equal("/health", container["readinessProbe", "httpGet", "path"].Text);
        Assert.Contains(container["ports"].Items, port => port["name"].Text == "http" && port["containerPort"].Text == "3000");
        Assert.Equal(["/data", "/tmp"], container["volumeMounts"].Items.Select(mount => mount["mountPath"].Text).Order());
        Assert.True(Grace(name) >= TimeSpan.FromSeconds(30));
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Workload_Any_GetsVariablesThatItReads(string name) =>
        Assert.All(Container(name)["env"].Items, variable => Assert.True(KnownVariables.Contain(variable["name"].Text), $"No service reads {variable["name"].Text}."));

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Image_OfAWorkload_IsATargetOfTheDockerfileInThisVersion(string name)
    {
        var kustomization = DeployFiles.Documents("kubernetes/kustomization.yaml").Single();

        Assert.Contains(name, Images.Targets);
        Assert.Equal($"waplatform/{name}", Container(name)["image"].Text);
        Assert.Contains(kustomization["images"].Items, image => image["name"].Text == $"waplatform/{name}" && image["newTag"].Text == Images.Version);
    }

    [Fact]
    public void Kustomization_Resources_AreAllFilesOfTheFolder() =>
        Assert.Equal(
            Directory.GetFiles(DeployFiles.PathOf("kubernetes"), "*.yaml").Select(Path.GetFileName).Where(file => file != "kustomization.yaml").Order(),
            DeployFiles.Documents("kubernetes/kustomization.yaml").Single()["resources"].Items.Select(item => item.Text).Order());

    [Fact]
    public void TerminationGracePeriod_RunsEngines_CoversTheirEnd() =>
        Assert.True(Grace("processhost") >= Images.EngineGrace + TimeSpan.FromSeconds(10), $"Engines may take {Images.EngineGrace}.");

    [Fact]
    public void Gateway_Replicas_AreTwoAtLeastAndKeepTheirClients()
    {
        Assert.True(int.Parse(Workload("gateway")["spec", "replicas"].Text, CultureInfo.InvariantCulture) >= 2);
        Assert.Equal("ClientIP", All().Single(resource => resource["kind"].Text == "Service" && NameOf(resource) == "gateway")["spec", "sessionAffinity"].Text);
    }

    [Theory]
    [InlineData("processhost")]
    [InlineData("jobs")]
    public void Silo_Ports_AreThoseOfItsImageAndOpenToThePlatformAlone(string name)
    {
        string[] ports = [.. Container(name)["ports"].Items.Select(port => port["containerPort"].Text)];
        var policy = All().Single(resource => resource["kind"].Text == "NetworkPolicy" && NameOf(resource) == name);
        var image = DeployFiles.Read("Dockerfile").Split($" AS {name}\n")[1].Split("\nFROM ")[0];

        Assert.Equal(["3000", "11111", "30000"], ports);
        Assert.Contains("Orleans__SiloPort=11111 Orleans__GatewayPort=30000", image, StringComparison.Ordinal);
        Assert.Contains(Container(name)["env"].Items, variable => variable["name"].Text == "Orleans__Address");
        Assert.All(policy["spec", "ingress"].Items, rule => Assert.NotEmpty(rule["from"].Items));

        // Silos call one another both ways, whatever they are.
        Assert.Equal(["jobs", "processhost"], policy["spec", "ingress"].Items
            .Where(rule => rule["ports"].Items.Any(port => port["port"].Text == "silo")).SelectMany(rule => rule["from"].Items)
            .Select(peer => peer["podSelector", "matchLabels", "app"].Text).Order());
    }

    private static IEnumerable<Node> All() =>
        DeployFiles.Documents("kubernetes/kustomization.yaml").Single()["resources"].Items.SelectMany(file => DeployFiles.Documents($"kubernetes/{file.Text}"));

    private static bool IsWorkload(Node resource) => resource["kind"].Text is "Deployment" or "StatefulSet";

    private static string NameOf(Node resource) => resource["metadata", "name"].Text;

    private static Node Workload(string name) => All().Single(resource => IsWorkload(resource) && NameOf(resource) == name);

    private static Node Pod(string name) => Workload(name)["spec", "template", "spec"];

    private static Node Container(string name) => Pod(name)["containers"].Items.Single();

    private static TimeSpan Grace(string name) => TimeSpan.FromSeconds(int.Parse(Pod(name)["terminationGracePeriodSeconds"].Text, CultureInfo.InvariantCulture));
}
