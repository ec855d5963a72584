using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data.Webhooks;
using WaPlatform.ServiceDefaults.Webhooks;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Webhooks;

/// <summary>What may be subscribed, what is shown of it, and where nothing is ever posted.</summary>
public sealed class WebhookEndpointTests(SqliteWebhookPlatform platform) : IClassFixture<SqliteWebhookPlatform>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("example.com/hook")]
    [InlineData("https://user:pass@example.com/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://localhost:8080/")]
    [InlineData("http://127.0.0.2/")]
    [InlineData("http://2130706434/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://192.168.0.1:9200/")]
    [InlineData("")]
    [InlineData(null)]
    public Task Create_UrlThatMayNotBe_IsRefused(string? url) => AssertRefusedAsync(new { url }, "url");

    [Theory]
    [InlineData("secret")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64 at all, whatever")]
    public Task Create_SecretThatIsNone_IsRefused(string secret) => AssertRefusedAsync(new { url = "http://127.0.0.1/", secret }, "secret");

    [Theory]
    [InlineData("Message.*")]
    [InlineData("*.received")]
    [InlineData("message..x")]
    [InlineData("")]
    public Task Create_EventsThatAreNoTypes_AreRefused(string type) => AssertRefusedAsync(new { url = "http://127.0.0.1/", events = new[] { type } }, "events");

    [Theory]
    [InlineData("Webhook-Id", "1")]
    [InlineData("Host", "other")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Content-Length", "0")]
    [InlineData("X Bad", "1")]
    [InlineData("", "1")]
    [InlineData("X-Split", "a\r\nX-More: b")]
    [InlineData("X-Nothing", null)]
    [InlineData("X-Mask", "***")]
    public Task Create_HeadersThatMayNotBe_AreRefused(string name, string? value) =>
        AssertRefusedAsync(new { url = "http://127.0.0.1/", headers = new Dictionary<string, string?> { [name] = value } }, "headers");

    [Fact]
    public async Task Create_DevicesThatAreNoNumbersOrNoEvents_AreRefused()
    {
        await AssertRefusedAsync(new { url = "http://127.0.0.1/", devices = new[] { "12" } }, "devices");
        await AssertRefusedAsync(new { url = "http://127.0.0.1/", events = Array.Empty<string>() }, "events");
    }

    [Fact]
    public async Task Create_Anything_ShowsTheSecretOnceAndNeverTheHeaders()
    {
        const string Given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var created = await platform.CreateAsync(new { url = "http://127.0.0.1:9/hook?token=abc", secret = Given, devices = new[] { "+5511999999999" }, headers = new Dictionary<string, string> { ["Authorization"] = "Bearer s3cr3t", ["X-Other"] = "1" }, active = false });
        var path = WebhookPlatform.PathOf(created);

        var changed = await platform.CallAsync(HttpMethod.Patch, path, new { headers = new Dictionary<string, string> { ["authorization"] = "***", ["X-New"] = "2" }, events = new[] { "message.*" } });
        var text = $"{created}{changed}{await platform.CallAsync(HttpMethod.Get, path)}{await platform.CallAsync(HttpMethod.Get, "/api/webhooks?limit=500")}";

        Assert.Equal(Given, created.GetProperty("secret").GetString());
        Assert.Equal(["5511999999999"], created.GetProperty("devices").EnumerateArray().Select(device => device.GetString()));
        Assert.Equal(["X-New", "authorization"], changed.GetProperty("headers").EnumerateObject().Select(header => header.Name).Order(StringComparer.Ordinal));
        Assert.Equal(2, text.Split(Given).Length);
        Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
        var stored = await platform.QueryAsync(db => db.Webhooks.AsNoTracking().SingleAsync(w => w.Id == created.GetProperty("id").GetGuid(), CancellationToken));
        Assert.DoesNotContain("s3cr3t", stored.Headers, StringComparison.Ordinal);
        Assert.DoesNotContain(Given, stored.Secret, StringComparison.Ordinal);
        Assert.Equal("Bearer s3cr3t", platform.Services.GetRequiredService<WebhookSecrets>().UnprotectHeaders(stored.Headers)["authorization"]);
        lock (platform.Log)
        {
            Assert.DoesNotContain(platform.Log, line => line.Contains("s3cr3t", StringComparison.Ordinal) || line.Contains("token=abc", StringComparison.Ordinal) || line.Contains(Given, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task AnyCall_NoSuchWebhook_Answers404()
    {
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Patch, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, "/test"), (HttpMethod.Get, "/deliveries"), (HttpMethod.Post, "/replay"), (HttpMethod.Post, "/rotate-secret") })
        {
            foreach (var id in new[] { $"{Guid.NewGuid()}", "nothing" })
            {
                using var response = await platform.SendAsync(method, $"/api/webhooks/{id}{path}", method == HttpMethod.Patch ? new { active = true } : null);
                await response.AssertProblemAsync(HttpStatusCode.NotFound, "WEBHOOK_NOT_FOUND");
            }
        }

        var webhook = WebhookPlatform.PathOf(await platform.CreateAsync(new { url = "http://127.0.0.1/", active = false }));
        using var delivery = await platform.SendAsync(HttpMethod.Post, $"{webhook}/deliveries/{Guid.NewGuid()}/redeliver");
        await delivery.AssertProblemAsync(HttpStatusCode.NotFound, "DELIVERY_NOT_FOUND");
    }

    [Fact]
    public async Task Test_NotActive_PostsOneEventAndTellsWhatCame()
    {
        var webhook = await platform.CreateAsync(new { url = platform.Receiver.Url("/test"), active = false });

        var delivery = await platform.CallAsync(HttpMethod.Post, $"{WebhookPlatform.PathOf(webhook)}/test");

        var posted = Assert.Single(platform.Receiver.At("/test"));
        Assert.True(posted.IsSignedWith(webhook.GetProperty("secret").GetString()!));
        Assert.Equal(("webhook.test", posted.Id), (posted.Type, posted.Event.GetProperty("id").GetString()));
        Assert.Equal(("test", "delivered", 200), (delivery.GetProperty("kind").GetString(), delivery.GetProperty("status").GetString(), delivery.GetProperty("responseStatus").GetInt32()));
        Assert.Single(await platform.WaitForDeliveriesAsync(WebhookPlatform.PathOf(webhook), "delivered", 1));
    }

    [Fact]
    public async Task Test_ReceiverRedirects_IsNotFollowed()
    {
        platform.Receiver.Answer("/redirect", (context, _) =>
        {
            context.Response.Redirect(platform.Receiver.Url("/inside"));
            return Task.CompletedTask;
        });
        var webhook = await platform.CreateAsync(new { url = platform.Receiver.Url("/redirect"), active = false });

        var delivery = await platform.CallAsync(HttpMethod.Post, $"{WebhookPlatform.PathOf(webhook)}/test");

        Assert.Equal(("dead", 302), (delivery.GetProperty("status").GetString(), delivery.GetProperty("responseStatus").GetInt32()));
        Assert.Empty(platform.Receiver.At("/inside"));
    }

    [Fact]
    public async Task Test_NameTurnedOutToBePrivate_IsNotConnectedTo()
    {
        // As if it had resolved to a public address when it was created.
        var secrets = platform.Services.GetRequiredService<WebhookSecrets>();
        var url = platform.Receiver.Url("/private").Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var webhook = new Webhook { Id = Guid.CreateVersion7(), Url = url, Events = ["*"], Secret = secrets.Protect(SigningSecret.Create()) };
        await platform.QueryAsync(db =>
        {
            db.Webhooks.Add(webhook);
            return db.SaveChangesAsync(CancellationToken);
        });

        var delivery = await platform.CallAsync(HttpMethod.Post, $"/api/webhooks/{webhook.Id}/test");

        Assert.Equal((JsonValueKind.Null, "The host has no public address."), (delivery.GetProperty("responseStatus").ValueKind, delivery.GetProperty("error").GetString()));
        Assert.Empty(platform.Receiver.At("/private"));
    }

    [Fact]
    public async Task Deliveries_StatusThatIsNone_IsRefused()
    {
        var webhook = WebhookPlatform.PathOf(await platform.CreateAsync(new { url = "http://127.0.0.1/", active = false }));
        using var response = await platform.SendAsync(HttpMethod.Get, $"{webhook}/deliveries?status=lost");
        Assert.True((await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED")).GetProperty("errors").TryGetProperty("status", out _));
    }

    [Fact]
    public async Task Remove_AWebhook_ForgetsItsDeliveries()
    {
        var webhook = await platform.CreateAsync(new { url = platform.Receiver.Url("/removed"), active = false });
        await platform.CallAsync(HttpMethod.Post, $"{WebhookPlatform.PathOf(webhook)}/test");

        using var removed = await platform.SendAsync(HttpMethod.Delete, WebhookPlatform.PathOf(webhook));

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.False(await platform.QueryAsync(db => db.WebhookDeliveries.AnyAsync(d => d.WebhookId == webhook.GetProperty("id").GetGuid(), CancellationToken)));
    }

    private async Task AssertRefusedAsync(object webhook, string field)
    {
        using var response = await platform.SendAsync(HttpMethod.Post, "/api/webhooks", webhook);
        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }
}
