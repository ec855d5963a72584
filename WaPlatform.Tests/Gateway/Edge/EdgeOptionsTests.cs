using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using WaPlatform.Gateway.Edge;

namespace WaPlatform.Tests.Gateway.Edge;

public sealed class EdgeOptionsTests
{
    [Theory]
    [InlineData("10.0.0.5", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("::1", true)]
    [InlineData("10.0.0.5/8/9", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("proxy.example.com", false)]
    [InlineData("*", false)]
    public void TrustedProxies_OnlyAddressesAndNetworks_AreTaken(string text, bool isTaken)
    {
        var options = new EdgeOptions();
        options.TrustedProxies.Add(text);

        Assert.Equal(isTaken, new EdgeListsValidator().Validate(null, options).Succeeded);
    }

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://app.example.com/", false)]
    [InlineData("https://app.example.com/console", false)]
    [InlineData("app.example.com", false)]
    [InlineData("ftp://app.example.com", false)]
    [InlineData("null", false)]
    [InlineData("*", false)]
    public void AllowedOrigins_OnlyOrigins_AreTaken(string text, bool isTaken)
    {
        var options = new EdgeOptions();
        options.AllowedOrigins.Add(text);

        Assert.Equal(isTaken, new EdgeListsValidator().Validate(null, options).Succeeded);
    }

    [Theory]
    [InlineData("http://localhost:3000", false)]
    [InlineData("http://127.0.0.1:0", false)]
    [InlineData("http://127.8.9.1:3000", false)]
    [InlineData("http://[::1]:3000", false)]
    [InlineData("http://unix:/run/wa.sock", false)]
    [InlineData("https://*:3000", false)]
    [InlineData("https://203.0.113.1", false)]
    [InlineData("http://*:3000", true)]
    [InlineData("http://+:3000", true)]
    [InlineData("http://0.0.0.0:3000", true)]
    [InlineData("http://[::]:3000", true)]
    [InlineData("http://203.0.113.1:3000", true)]
    [InlineData("http://10.0.0.1:3000", true)]
    [InlineData("http://wa.example.com:3000", true)]
    public void IsInTheClear_BeyondTheMachineWithoutTls_IsTrue(string url, bool isInTheClear) => Assert.Equal(isInTheClear, Listening.IsInTheClear(url));

    public static TheoryData<string, Dictionary<string, string?>, string, bool> Starts => new()
    {
        { "production", new() { ["urls"] = "http://0.0.0.0:3000" }, "Production", false },
        { "one of several", new() { ["urls"] = "http://localhost:3000;http://+:80" }, "Production", false },
        { "ports", new() { ["http_ports"] = "8080" }, "Production", false },
        { "Kestrel's own", new() { ["urls"] = "http://localhost:3000", ["Kestrel:Endpoints:Api:Url"] = "http://*:80" }, "Production", false },
        { "Kestrel's own wins", new() { ["urls"] = "http://*:3000", ["Kestrel:Endpoints:Api:Url"] = "https://*:443" }, "Production", true },
        { "loopback", new() { ["urls"] = "http://localhost:3000" }, "Production", true },
        { "development", new() { ["urls"] = "http://0.0.0.0:3000" }, "Development", true },
        { "container", new() { ["http_ports"] = "3000", ["DOTNET_RUNNING_IN_CONTAINER"] = "true" }, "Production", true },
        { "said so", new() { ["urls"] = "http://0.0.0.0:3000", ["Gateway:AllowInsecurePublic"] = "true" }, "Production", true },
        { "proxy", new() { ["urls"] = "http://0.0.0.0:3000", ["Gateway:TrustedProxies:0"] = "10.0.0.1" }, "Production", true },
    };

    [Theory]
    [MemberData(nameof(Starts), DisableDiscoveryEnumeration = true)]
    public void Start_InTheClear_IsRefusedInProductionUnlessSomebodyAnswersForIt(string name, Dictionary<string, string?> settings, string environment, bool mayStart)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = new EdgeOptions();
        configuration.GetSection(EdgeOptions.SectionName).Bind(options);

        var result = new ListeningValidator(configuration, new Surroundings(environment)).Validate(null, options);

        Assert.True(mayStart == result.Succeeded, name);
        Assert.True(mayStart || result.FailureMessage!.Contains("Gateway__AllowInsecurePublic", StringComparison.Ordinal), name);
    }

    private sealed class Surroundings(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
