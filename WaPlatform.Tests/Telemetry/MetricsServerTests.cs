using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.ServiceDefaults.Telemetry;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Telemetry;

/// <summary>What Prometheus reads from a gateway.</summary>
public sealed class MetricsServerTests(RedisServer redis) : IAsyncLifetime
{
    private const string Token = "a token of sixteen or more";
    private const string Phone = "5511999993101";

    private readonly GatewayHost _gateway = new(redis) { Settings = { ["Telemetry:MetricsAddress"] = "http://127.0.0.1:0", ["Telemetry:MetricsToken"] = Token } };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _gateway.InitializeAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Metrics_WithTheToken_AreReadUnderTheNamesOfTheDashboard()
    {
        await _gateway.RegisterAsync(Phone);
        using (await _gateway.Client.PostAsJsonAsync("/api/messages/send", new { from = Phone, to = "5511888888888", message = "hi", wait = false }, CancellationToken))
        {
        }

        var text = await ReadAsync(Token);

        Assert.Contains("wa_message_accepted_total", text, StringComparison.Ordinal);
        Assert.Contains("wa_message_commit_duration_seconds_bucket", text, StringComparison.Ordinal);
        Assert.All(MetricNames.OfTheRuntime, name => Assert.Contains(name, text, StringComparison.Ordinal));
        Assert.DoesNotContain(Phone, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another token")]
    [InlineData("")]
    public async Task Metrics_WithoutTheToken_AreRefused(string? token)
    {
        using var client = Client(token);
        using var answer = await client.GetAsync(_gateway.Services.GetRequiredService<MetricsServer>().Address, CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_OnThePublicPort_AreNotThere()
    {
        using var answer = await _gateway.Client.GetAsync("/metrics", CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("", null, true)]
    [InlineData("http://127.0.0.1:9464", null, true)]
    [InlineData("http://localhost:9464", null, true)]
    [InlineData("http://[::1]:9464", null, true)]
    [InlineData("http://0.0.0.0:9464", "0123456789abcdef", true)]
    [InlineData("http://0.0.0.0:9464", null, false)]
    [InlineData("http://0.0.0.0:9464", "short", false)]
    [InlineData("http://*:9464", null, false)]
    [InlineData("https://127.0.0.1:9464", null, false)]
    [InlineData("9464", null, false)]
    public void Options_OpenToOthersWithoutAToken_AreRefused(string? address, string? token, bool isValid)
    {
        var options = new TelemetryOptions { MetricsAddress = address, MetricsToken = token };

        Assert.Equal(isValid, !options.Validate(new ValidationContext(options)).Any());
    }

    private async Task<string> ReadAsync(string token)
    {
        using var client = Client(token);
        return await client.GetStringAsync(_gateway.Services.GetRequiredService<MetricsServer>().Address, CancellationToken);
    }

    private static HttpClient Client(string? token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
