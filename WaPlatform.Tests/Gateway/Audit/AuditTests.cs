using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Access;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Audit;

public sealed class AuditTests(GatewayHost gateway, RedisServer redis) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acts_OfADevice_SayWhoWhatWhereAndHowItEnded()
    {
        const string Phone = "5511000000501";
        using (await gateway.Client.PostAsJsonAsync("/api/devices", new { phoneNumber = Phone, autoStart = false, proxy = "socks5://u:hidden-proxy-word@192.0.2.1:1080" }, CancellationToken))
        using (await gateway.Client.PostAsync($"/api/devices/%2B{Phone}/start", null, CancellationToken))
        using (await gateway.Client.GetAsync($"/api/devices/{Phone}", CancellationToken))
        using (await gateway.Client.PostAsync($"/api/messages/queue/{Phone}/pause", null, CancellationToken))
        using (await gateway.Client.DeleteAsync($"/api/devices/{Phone}?erase=true", CancellationToken))
        {
        }

        var entries = await ListAsync($"device={Phone}");

        Assert.Equal(
            ["DELETE /api/devices/{phone} 204", "POST /api/messages/queue/{phone}/pause 200", "POST /api/devices/{phone}/start 202", "POST /api/devices 201"],
            entries.Select(entry => $"{Text(entry, "action")} {entry.GetProperty("status").GetInt32()}"));
        Assert.All(entries, entry =>
        {
            Assert.Equal(("admin", "token", "succeeded"), (Text(entry, "actor"), Text(entry, "credential"), Text(entry, "outcome")));
            Assert.True(IPAddress.IsLoopback(IPAddress.Parse(Text(entry, "address")!)));
            Assert.NotEmpty(Text(entry, "traceId")!);
            Assert.DoesNotContain("hidden-proxy-word", entry.GetRawText(), StringComparison.Ordinal);
        });
        Assert.Equal($"/api/devices/{Phone}", Text(entries[^1], "target"));
    }

    [Fact]
    public async Task Acts_Refused_AreWrittenDownWithWhoTried()
    {
        const string Phone = "5511000000502";
        await gateway.RegisterAsync(Phone);
        using var viewer = await SignedInAsync("curious", UserRole.Viewer);

        using var refused = await viewer.PostAsync($"/api/devices/{Phone}/stop", null, CancellationToken);
        using var unknown = await gateway.Client.PostAsync("/api/devices/5511000000599/stop", null, CancellationToken);

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        Assert.Equal(("POST /api/devices/{phone}/stop", 403, "refused"), await OnlyAsync("actor=curious&outcome=refused"));
        Assert.Equal(("POST /api/devices/{phone}/stop", 404, "refused"), await OnlyAsync("device=5511000000599"));
    }

    [Fact]
    public async Task Acts_ThatFail_AreWrittenDownToo()
    {
        const string Phone = "5511000000503";
        await gateway.RegisterAsync(Phone);
        gateway.Devices[Phone].Failure = new InvalidOperationException("broken");

        using var failed = await gateway.Client.PostAsync($"/api/devices/{Phone}/restart", null, CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal(("POST /api/devices/{phone}/restart", 500, "failed"), await OnlyAsync($"device={Phone}&outcome=failed"));
    }

    [Fact]
    public async Task Acts_WithoutCredentials_AreNobodysAndNotWrittenDown()
    {
        using var nobody = gateway.CreateClient();

        using var answer = await nobody.PostAsync("/api/devices/5511000000504/start", null, CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(await ListAsync("device=5511000000504"));
    }

    [Fact]
    public async Task SignIn_RightAndWrongPassword_SayWhoseButNeverAPassword()
    {
        await gateway.AddUserAsync("Dora", "the right password", UserRole.Viewer);
        using var nobody = gateway.CreateClient();

        using (await nobody.PostAsJsonAsync("/api/auth/login", new { username = "dora", password = "not-the-password" }, CancellationToken))
        using (await nobody.PostAsJsonAsync("/api/auth/login", new { username = "DORA", password = "the right password" }, CancellationToken))
        using (await nobody.PostAsJsonAsync("/api/auth/login", new { username = "a-password-typed-as-name", password = "x" }, CancellationToken))
        {
        }

        var entries = await ListAsync("actor=Dora&action=/api/auth/login");
        Assert.Equal([200, 401], entries.Select(entry => entry.GetProperty("status").GetInt32()));
        Assert.All(entries, entry => Assert.Equal("password", Text(entry, "credential")));
        var all = await ExportAsync("");
        Assert.Contains("\"actor\":null,\"credential\":\"password\"", all, StringComparison.Ordinal);
        Assert.All((string[])["not-the-password", "the right password", "a-password-typed-as-name"], text => Assert.DoesNotContain(text, all, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChangePasswordAndLogout_AreWrittenDown()
    {
        using var client = await SignedInAsync("mover", UserRole.Viewer);

        using (await client.PostAsJsonAsync("/api/auth/change-password", new { currentPassword = "a wrong password", newPassword = "another password" }, CancellationToken))
        using (await client.PostAsync("/api/auth/logout", null, CancellationToken))
        {
        }

        Assert.Equal(
            ["POST /api/auth/logout 204", "POST /api/auth/change-password 400", "POST /api/auth/login 200"],
            (await ListAsync("actor=mover")).Select(entry => $"{Text(entry, "action")} {entry.GetProperty("status").GetInt32()}"));
    }

    [Fact]
    public async Task List_PageByPage_ShowsEveryEntryOnce()
    {
        using var client = await SignedInAsync("walker", UserRole.Operator);
        for (var n = 0; n < 7; n++)
        {
            using var answer = await client.PostAsync($"/api/devices/551100000060{n}/start", null, CancellationToken);
        }

        var (ids, cursor) = (new List<long>(), "");
        do
        {
            var page = await gateway.Client.GetFromJsonAsync<JsonElement>($"/api/audit?actor=walker&limit=3&after={cursor}", CancellationToken);
            Assert.Equal(8, page.GetProperty("total").GetInt32());
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("id").GetInt64()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        Assert.Equal(8, ids.Distinct().Count());
        Assert.Equal(ids.OrderDescending(), ids);
    }

    [Theory]
    [InlineData("/api/audit?limit=0")]
    [InlineData("/api/audit?after=AAAA")]
    [InlineData("/api/audit?device=abc")]
    [InlineData("/api/audit?outcome=perhaps")]
    [InlineData("/api/audit?from=yesterday")]
    [InlineData("/api/audit?actor=%00")]
    [InlineData("/api/audit/export?to=x")]
    [InlineData("/api/audit/verify?id=1")]
    [InlineData("/api/audit/verify?id=0&hash=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("/api/audit/verify?id=1&hash=abc")]
    public async Task Queries_NotAsTheyShouldBe_AnswerAProblem(string path)
    {
        using var answer = await gateway.Client.GetAsync(path, CancellationToken);

        await answer.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("/api/audit")]
    [InlineData("/api/audit/verify")]
    [InlineData("/api/audit/export")]
    public async Task Audit_AskedForByAnOperator_IsRefused(string path)
    {
        using var client = await SignedInAsync($"nosy-{Path.GetFileName(path)}", UserRole.Operator);

        using var answer = await client.GetAsync(path, CancellationToken);

        await answer.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    public async Task Times_BoundTheList()
    {
        using var client = await SignedInAsync("punctual", UserRole.Viewer);
        var at = (await ListAsync("actor=punctual")).Single().GetProperty("at").GetDateTimeOffset();

        var before = await ListAsync($"actor=punctual&to={Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture))}");
        var since = await ListAsync($"actor=punctual&from={Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture))}");

        Assert.Equal((0, 1), (before.Count, since.Count));
    }

    [Fact]
    public async Task Verify_AnEntryChangedInTheDatabase_IsFound()
    {
        await using var own = new GatewayHost(redis);
        await own.InitializeAsync();
        await own.RegisterAsync("5511000000505");
        await own.RegisterAsync("5511000000506");
        var whole = await own.Client.GetFromJsonAsync<JsonElement>("/api/audit/verify", CancellationToken);
        var noted = $"id={whole.GetProperty("entries").GetInt64()}&hash={Text(whole, "lastHash")}";
        var same = await own.Client.GetFromJsonAsync<JsonElement>($"/api/audit/verify?{noted}", CancellationToken);

        await own.QueryAsync(db => db.Audit.Where(entry => entry.Id == 2).ExecuteUpdateAsync(set => set.SetProperty(entry => entry.Actor, "somebody else"), CancellationToken));
        var broken = await own.Client.GetFromJsonAsync<JsonElement>("/api/audit/verify", CancellationToken);

        Assert.True(whole.GetProperty("valid").GetBoolean() && same.GetProperty("valid").GetBoolean());
        Assert.Equal(3, whole.GetProperty("entries").GetInt64());
        Assert.Equal((false, 2L, "changed"), (broken.GetProperty("valid").GetBoolean(), broken.GetProperty("brokenAt").GetInt64(), Text(broken, "reason")));
    }

    [Fact]
    public async Task Export_IsJsonLinesOldestFirstAndItselfWrittenDown()
    {
        await gateway.RegisterAsync("5511000000507");
        using var answer = await gateway.Client.GetAsync("/api/audit/export?device=5511000000507", CancellationToken);

        var lines = (await answer.Content.ReadAsStringAsync(CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("POST /api/devices", Text(JsonElement.Parse(Assert.Single(lines)), "action"));
        Assert.NotEmpty(await ListAsync("action=/api/audit/export&outcome=succeeded"));
    }

    [Fact]
    public async Task Entry_CannotBeWritten_TheActIsDoneAndTheLogHasIt()
    {
        await using var own = new GatewayHost(redis);
        await own.InitializeAsync();
        await own.RegisterAsync("5511000000508");
        await own.QueryAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE audit RENAME TO elsewhere", CancellationToken));

        using var answer = await own.Client.PostAsync("/api/devices/5511000000508/stop", null, CancellationToken);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        lock (own.Log)
        {
            Assert.Contains(own.Log, line => line.Contains("admin did POST /api/devices/{phone}/stop", StringComparison.Ordinal) && line.StartsWith("Error", StringComparison.Ordinal));
        }
    }

    private static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();

    private async Task<HttpClient> SignedInAsync(string name, UserRole role)
    {
        await gateway.AddUserAsync(name, "a right password", role);
        var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync(name, "a right password"));
        return client;
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string filter) =>
        [.. (await gateway.Client.GetFromJsonAsync<JsonElement>($"/api/audit?{filter}", CancellationToken)).GetProperty("items").EnumerateArray()];

    private async Task<(string? Action, int Status, string? Outcome)> OnlyAsync(string filter)
    {
        var entry = Assert.Single(await ListAsync(filter));
        return (Text(entry, "action"), entry.GetProperty("status").GetInt32(), Text(entry, "outcome"));
    }

    private async Task<string> ExportAsync(string filter) => await gateway.Client.GetStringAsync($"/api/audit/export?{filter}", CancellationToken);
}
