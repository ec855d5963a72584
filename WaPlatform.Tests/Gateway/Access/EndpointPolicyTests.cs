using System.Text.RegularExpressions;
using WaPlatform.Gateway.Access;
using WaPlatform.Tests.Deploy;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>Whoever adds an endpoint says who may call it, and which devices it touches.</summary>
public sealed class EndpointPolicyTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    // What is open to everybody; nothing else is.
    private static readonly string[] Public =
    [
        "GET /alive", "GET /api/health", "GET /health", "POST /api/auth/login", "POST /api/auth/refresh",
        "GET /docs/favicon.svg", "GET /docs/scalar.js", "GET /docs/scalar.aspnetcore.js", "GET /docs/{documentName?}", "GET /openapi/{documentName}.json",
    ];

    // What tells of no device; and the hub, where EventDispatcher asks.
    private static readonly string[] WithoutDevices = ["GET /api/health/detailed", "GET /hubs/events", "POST /hubs/events/negotiate", "GET /hubs/events/negotiate"];

    private IReadOnlyList<MappedEndpoint> All => MappedEndpoint.All(gateway);

    [Fact]
    public void EveryEndpoint_HasAPolicyOrIsListedAsPublic()
    {
        var policies = (string[])[.. Scopes.All, Policies.Anybody, Policies.User, Policies.Keys, Policies.Dashboard];

        Assert.Equal([], All.Where(endpoint => !endpoint.IsPublic && !endpoint.Policies.Intersect(policies).Any()).Select(endpoint => endpoint.ToString()));
        Assert.Equal(Public.Order(), All.Where(endpoint => endpoint.IsPublic).Select(endpoint => endpoint.ToString()).Distinct().Order());
        Assert.True(All.Count > 50, $"Only {All.Count} endpoints were found.");
        Assert.Contains(All, endpoint => endpoint.Pattern == "/hubs/events");
        Assert.Contains(All, endpoint => endpoint.Pattern == "/hangfire/{**path}");
    }

    [Fact]
    public void EveryEndpoint_OfDevices_KeepsToThoseOfTheCaller()
    {
        var ofDevices = All.Where(endpoint => endpoint.Policies.Any(policy => policy != Scopes.Admin && Scopes.All.Contains(policy)));

        Assert.Equal([], ofDevices.Where(endpoint => !endpoint.NamesDevice && !endpoint.AsksForDevices).Select(endpoint => endpoint.ToString()).Except(WithoutDevices));
    }

    [Fact]
    public void EveryPhoneNumber_OfAHandler_IsTheOneThatIsLookedAt()
    {
        Assert.Equal([], All.Where(endpoint => endpoint.Phones.Any(phone => phone.Name != DeviceLimit.RouteParameter || !endpoint.NamesDevice)).Select(endpoint => endpoint.ToString()));
        Assert.Contains(All, endpoint => endpoint.Phones.Any());
    }

    [Theory]
    [InlineData("WaPlatform.Standalone/StandaloneRun.cs")]
    [InlineData("WaPlatform.Gateway/Program.cs")]
    public void Program_MapsNothingBesides(string file)
    {
        var program = File.ReadAllText(Path.Combine(DeployFiles.Root, file));

        Assert.Equal(["MapDefaultEndpoints", "MapGateway"], Regex.Matches(program, @"app\.((Map|Use)\w+)").Select(match => match.Groups[1].Value));
    }
}
