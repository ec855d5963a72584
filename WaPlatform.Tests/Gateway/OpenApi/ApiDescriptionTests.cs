using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.OpenApi;

public sealed class ApiDescriptionTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Description_NamesOperationsSchemasAndSecurity()
    {
        using var client = gateway.CreateClient();

        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", CancellationToken);

        var paths = document.GetProperty("paths");
        foreach (var path in (string[])[
            "/api/auth/login", "/api/auth/refresh", "/api/auth/me", "/api/users/{username}", "/api/keys", "/api/devices", "/api/devices/{phone}", "/api/devices/{phone}/qr",
            "/api/devices/{phone}/start", "/api/messages/send", "/api/messages/send-bulk", "/api/messages/{id}", "/api/messages/{id}/cancel", "/api/messages/{id}/timeline",
            "/api/messages/queues", "/api/messages/queue/{phone}", "/api/messages/queue/{phone}/pause", "/api/health"])
        {
            Assert.True(paths.TryGetProperty(path, out _), path);
        }

        Assert.False(paths.GetProperty("/api/auth/login").GetProperty("post").TryGetProperty("security", out _));
        var send = paths.GetProperty("/api/messages/send").GetProperty("post");
        Assert.True(send.TryGetProperty("security", out _));
        Assert.StartsWith("Sends a message.", send.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Equal(["from"], document.GetProperty("components").GetProperty("schemas").GetProperty("SendRequest")
            .GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["application/json", "image/png"], paths.GetProperty("/api/devices/{phone}/qr").GetProperty("get")
            .GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Select(form => form.Name));
        Assert.Contains("messages:send", send.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.True(send.GetProperty("responses").GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.Equal("/", document.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.Contains("backing_off", document.GetProperty("components").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("chatPresence", document.GetProperty("components").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Description_OfSends_HasFormFileAndTheMembersOfEachKind()
    {
        using var client = gateway.CreateClient();

        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", CancellationToken);

        var send = document.GetProperty("paths").GetProperty("/api/messages/send").GetProperty("post");
        var content = send.GetProperty("requestBody").GetProperty("content");
        Assert.Equal(["application/json", "multipart/form-data"], content.EnumerateObject().Select(form => form.Name));
        Assert.Equal("#/components/schemas/SendRequest", content.GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        Assert.Equal("binary", content.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("allOf")[1].GetProperty("properties").GetProperty("media").GetProperty("format").GetString());
        Assert.Contains("* `location`: **`latitude`**, **`longitude`**, `duration`, `isForwarded`", send.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains("at most 20 MB", send.GetProperty("description").GetString(), StringComparison.Ordinal);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Contains("number", schemas.GetProperty("SendRequest").GetProperty("properties").GetProperty("latitude").GetProperty("type").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal("#/components/schemas/BulkMessage", schemas.GetProperty("BulkRequest").GetProperty("properties").GetProperty("messages").GetProperty("items").GetProperty("$ref").GetString());
        Assert.False(schemas.GetProperty("BulkMessage").GetProperty("properties").TryGetProperty("from", out _));
    }

    [Fact]
    public async Task Docs_LoadNothingFromElsewhere()
    {
        using var client = gateway.CreateClient();

        var page = await client.GetStringAsync("/docs/", CancellationToken);
        var scripts = System.Text.RegularExpressions.Regex.Matches(page, "src=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.DoesNotContain("//", script, StringComparison.Ordinal));
        foreach (var script in scripts)
        {
            using var answer = await client.GetAsync($"/docs/{script}", CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, script);
        }
    }
}
