using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WaPlatform.Gateway.Edge;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Edge;

/// <summary>A gateway behind a proxy on this machine, with pages of its own elsewhere.</summary>
public sealed class ProxiedGateway(RedisServer redis) : IAsyncLifetime
{
    public const string Origin = "https://console.example.com";

    public GatewayHost Gateway { get; } = new(redis)
    {
        Settings = { ["Gateway:TrustedProxies"] = "127.0.0.1", ["Gateway:AllowedOrigins"] = $"{Origin}, https://other.example.com", ["Gateway:MaxConnections"] = "500" },
    };

    public ValueTask InitializeAsync() => Gateway.InitializeAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

public sealed partial class EdgeTests(GatewayHost gateway, ProxiedGateway proxied) : IClassFixture<GatewayHost>, IClassFixture<ProxiedGateway>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/health", HttpStatusCode.OK)]
    [InlineData("/api/devices", HttpStatusCode.Unauthorized)]
    [InlineData("/api/nothing", HttpStatusCode.Unauthorized)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    public async Task Answer_OfAnyKind_CarriesTheStrictHeaders(string path, HttpStatusCode status)
    {
        using var client = gateway.CreateClient();

        using var answer = await client.GetAsync(path, CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(ContentPolicy.Strict, Header(answer, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Answer_OfAFailure_CarriesThemToo()
    {
        using var answer = await gateway.Client.GetAsync("/test/throws", CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(ContentPolicy.Strict, Header(answer, "Content-Security-Policy"));
    }

    [Fact]
    public async Task Docs_EveryScript_HasTheNonceOfItsAnswerOrComesFromHere()
    {
        using var client = gateway.CreateClient();

        var (first, page) = await DocsAsync(client);
        var (second, _) = await DocsAsync(client);

        Assert.NotEqual(first, second);
        Assert.DoesNotContain("unsafe-inline", first.Split("style-src")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", first, StringComparison.Ordinal);
        Assert.DoesNotContain(" http", first, StringComparison.Ordinal);
        var nonce = Nonce().Match(first).Groups[1].Value;
        Assert.NotEmpty(nonce);
        var scripts = Script().Matches(page);
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.True(
            script.Value.Contains($"nonce=\"{nonce}\"", StringComparison.Ordinal) || script.Value.Contains("src=", StringComparison.Ordinal), script.Value));
        Assert.DoesNotMatch("""<[^>]+\son[a-z]+=["']""", page);
    }

    [Fact]
    public async Task Https_SaidByATrustedProxy_IsHeldOnTo()
    {
        using var client = proxied.Gateway.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/health") { Headers = { { "X-Forwarded-Proto", "https" } } };

        using var answer = await client.SendAsync(request, CancellationToken);

        Assert.Equal("max-age=31536000", Header(answer, "Strict-Transport-Security"));
    }

    [Fact]
    public async Task Https_SaidByAnybody_IsNotBelieved()
    {
        using var client = gateway.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/health") { Headers = { { "X-Forwarded-Proto", "https" } } };

        using var answer = await client.SendAsync(request, CancellationToken);

        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData(ProxiedGateway.Origin, true)]
    [InlineData("https://evil.example.com", false)]
    [InlineData("null", false)]
    public async Task Preflight_AnOrigin_IsAllowedOnlyIfItIsConfigured(string origin, bool isAllowed)
    {
        using var client = proxied.Gateway.CreateClient();

        using var answer = await PreflightAsync(client, origin);

        Assert.Equal(isAllowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed));
        Assert.Equal(isAllowed ? [origin] : null, allowed);
        if (isAllowed)
        {
            Assert.Contains("authorization", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Preflight_NoOriginConfigured_IsNotAnswered()
    {
        using var client = gateway.CreateClient();

        using var answer = await PreflightAsync(client, ProxiedGateway.Origin);

        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    public static TheoryData<string, string, string> TooMuch => new()
    {
        { "line", $"GET /api/health?{new string('x', ServerLimits.MaxRequestLine)} HTTP/1.1\r\nHost: x\r\n\r\n", "414" },
        { "header", $"GET /api/health HTTP/1.1\r\nHost: x\r\nX-Long: {new string('x', ServerLimits.MaxHeaderBytes)}\r\n\r\n", "431" },
        { "headers", $"GET /api/health HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, ServerLimits.MaxHeaders).Select(n => $"X-{n}: y\r\n"))}\r\n", "431" },
        { "body", $"POST /hubs/events/negotiate HTTP/1.1\r\nHost: x\r\nContent-Length: {2L * 1024 * 1024 * 1024}\r\n\r\n", "401" },
    };

    [Theory]
    [MemberData(nameof(TooMuch), DisableDiscoveryEnumeration = true)]
    public async Task Request_LargerThanIsMeant_IsRefused(string name, string request, string status)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), CancellationToken);
        var buffer = new byte[4096];
        var length = await stream.ReadAsync(buffer, CancellationToken);

        Assert.True(Encoding.ASCII.GetString(buffer, 0, length).StartsWith($"HTTP/1.1 {status}", StringComparison.Ordinal), $"{name}: {Encoding.ASCII.GetString(buffer, 0, length)}");
    }

    [Fact]
    public void Server_Limits_AreSetOnPurpose()
    {
        var limits = proxied.Gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal((500, 500), (limits.MaxConcurrentConnections, limits.MaxConcurrentUpgradedConnections));
        Assert.Equal(ServerLimits.HeadersTimeout, limits.RequestHeadersTimeout);
        Assert.Equal(1024 * 1024, limits.MaxRequestBodySize);
        Assert.Equal((240, 240), (limits.MinRequestBodyDataRate!.BytesPerSecond, limits.MinResponseDataRate!.BytesPerSecond));
    }

    private static async Task<(string Policy, string Page)> DocsAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/docs/", CancellationToken);
        return (Header(answer, "Content-Security-Policy"), await answer.Content.ReadAsStringAsync(CancellationToken));
    }

    private static async Task<HttpResponseMessage> PreflightAsync(HttpClient client, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/devices")
        {
            Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization,content-type" } },
        };
        return await client.SendAsync(request, CancellationToken);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();

    [GeneratedRegex("<script[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Script();
}
