using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Data.Access;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Limits;

/// <summary>A gateway each, whose clock stands still: within one minute, however slow the machine is.</summary>
public sealed class RateLimitTests(RedisServer redis)
{
    private const int Requests = 20;
    private const int Anonymous = 5;

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_PastTheLimit_Answers429AndWhenToComeBack()
    {
        await using var gateway = await StartAsync();
        await gateway.AddUserAsync("other", "a right password", UserRole.Viewer);
        for (var n = 0; n < Requests; n++)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.Client, "/api/devices"));
        }

        using var refused = await gateway.Client.GetAsync("/api/devices", CancellationToken);
        var problem = await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        using var other = gateway.CreateClient();
        other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync("other", "a right password"));
        var otherStatus = await StatusAsync(other, "/api/devices");
        _clock.Advance(refused.Headers.RetryAfter!.Delta!.Value);

        Assert.InRange(problem.GetProperty("retryAfter").GetInt32(), 1, 60);
        Assert.Equal(problem.GetProperty("retryAfter").GetInt32(), refused.Headers.RetryAfter.Delta.Value.TotalSeconds);
        Assert.True(problem.GetProperty("retriable").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, otherStatus);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.Client, "/api/devices"));
    }

    [Theory]
    [InlineData("/api/messages/send")]
    [InlineData("/proxy/whatsapp/5511999990001/send/message")]
    public async Task Request_ASendOrTheProxy_Counts(string path)
    {
        await using var gateway = await StartAsync();
        for (var n = 0; n < Requests; n++)
        {
            using var answer = await gateway.Client.PostAsJsonAsync(path, new { }, CancellationToken);
            Assert.NotEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        }

        using var refused = await gateway.Client.PostAsJsonAsync(path, new { }, CancellationToken);

        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
    }

    [Fact]
    public async Task Health_AskedWithoutEnd_IsAlwaysAnswered()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.CreateClient();

        for (var n = 0; n < 3 * Requests; n++)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/api/health"));
        }
    }

    // Fault 13 of the original: with any X-Forwarded-For 60 of 60 requests went past its limit.
    [Fact]
    public async Task Anonymous_AForwardedAddressFromNobodyTrusted_IsNoWayAround()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.CreateClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => ForwardedAsync(client, $"203.0.113.{n}")));

        Assert.Equal(Anonymous, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(60 - Anonymous, answers.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Anonymous_BehindATrustedProxy_IsCountedByTheAddressThatItSaw()
    {
        await using var gateway = await StartAsync(("Gateway:TrustedProxies", "10.9.0.0/16, 127.0.0.1"));
        using var client = gateway.CreateClient();

        // What the client itself wrote stands to the left of what the proxy added.
        var spoofed = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => ForwardedAsync(client, $"203.0.113.{n}, 198.51.100.1")));
        var chained = await ForwardedAsync(client, "198.51.100.1, 10.9.8.7");
        var other = await ForwardedAsync(client, "198.51.100.1, 198.51.100.2");

        Assert.Equal(Anonymous, spoofed.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.Unauthorized), (chained, other));
    }

    [Fact]
    public async Task LogIn_ManyWrongPasswordsOfOneName_ShutNobodyElseOut()
    {
        await using var gateway = await StartAsync();
        await gateway.AddUserAsync("target", "the right one", UserRole.Viewer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => LogInAsync(gateway, "target", "a wrong one")));

        Assert.Equal(5, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(95, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.NotEmpty(await gateway.LogInAsync("admin", GatewayHost.AdminPassword));
    }

    [Fact]
    public async Task LogIn_APasswordTriedOnManyNames_IsStopped()
    {
        await using var gateway = await StartAsync(("RateLimits:WrongPasswords", "6"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => LogInAsync(gateway, $"name-{n}", "Summer2026")));

        Assert.Equal(6, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(34, answers.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    private static async Task<HttpStatusCode> LogInAsync(GatewayHost gateway, string username, string password)
    {
        using var client = gateway.CreateClient();
        using var answer = await client.PostAsJsonAsync("/api/auth/login", new { username, password }, CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> ForwardedAsync(HttpClient client, string addresses)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/devices") { Headers = { { "X-Forwarded-For", addresses } } };
        using var answer = await client.SendAsync(request, CancellationToken);
        return answer.StatusCode;
    }

    private async Task<GatewayHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var gateway = new GatewayHost(redis)
        {
            Settings = { ["API_RATE_LIMIT"] = $"{Requests}", ["RateLimits:Anonymous"] = $"{Anonymous}" },
            Configure = services => services.AddSingleton<TimeProvider>(_clock),
        };
        foreach (var (name, value) in settings)
        {
            gateway.Settings[name] = value;
        }

        await gateway.InitializeAsync();
        return gateway;
    }
}
