using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Hangfire;
using Hangfire.Common;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data.Access;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Dashboard;

/// <summary>The dashboard of the jobs, in a gateway whose process runs them.</summary>
public sealed partial class DashboardTests(RedisServer redis) : IAsyncLifetime
{
    private const string JobId = "a-job";

    private readonly GatewayHost _gateway = new(redis)
    {
        Configure = services => services.AddSingleton<IRecurringJobManager>(provider => new RecurringJobManager(provider.GetRequiredService<JobStorage>())),
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _gateway.InitializeAsync();
        _gateway.Services.GetRequiredService<IRecurringJobManager>()
            .AddOrUpdate(JobId, Job.FromExpression(() => GC.Collect()), Cron.Never(), new RecurringJobOptions());
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Pages_OnlyForAdministrators()
    {
        using var nobody = _gateway.CreateClient();
        using var @operator = await _gateway.WithUserAsync("an-operator", UserRole.Operator);
        using var limited = await _gateway.WithKeyAsync(["admin"], ["5511999999999"]);
        using var key = await _gateway.WithKeyAsync(["admin"]);

        foreach (var path in (string[])["/hangfire", "/hangfire/", "/hangfire/recurring", "/hangfire/jobs/enqueued", "/hangfire/nothing", "/hangfire/stats"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await nobody.StatusAsync(path));
            Assert.Equal(HttpStatusCode.Forbidden, await @operator.StatusAsync(path));
            Assert.Equal(HttpStatusCode.Forbidden, await limited.StatusAsync(path));
        }

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await key.StatusAsync("/hangfire"), await _gateway.Client.StatusAsync("/hangfire/recurring")));
        Assert.Equal(HttpStatusCode.NotFound, await _gateway.Client.StatusAsync("/hangfire/nothing"));
    }

    [Fact]
    public async Task Session_LetsTheBrowserOfAnAdministratorIn_AndNowhereElse()
    {
        using var response = await _gateway.Client.PostAsync("/api/auth/dashboard-session", null, CancellationToken);
        var opened = await response.ReadJsonAsync(HttpStatusCode.OK);
        using var browser = Browser(response);

        using var shown = await browser.GetAsync("/hangfire", CancellationToken);
        var page = await shown.Content.ReadAsStringAsync(CancellationToken);

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("script-src 'self';", Assert.Single(shown.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Contains("; path=/hangfire; samesite=strict; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("/hangfire", opened.GetProperty("url").GetString());
        Assert.Contains("WaPlatform jobs", page, StringComparison.Ordinal);
        foreach (var path in Assets().Matches(page).Select(match => match.Groups["path"].Value).Append("/hangfire/recurring"))
        {
            Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync(path));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/api/auth/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/api/users"));
    }

    [Fact]
    public async Task Session_EndsWithTheSignInThatItCameFrom()
    {
        using var admin = await _gateway.WithUserAsync("an-admin", UserRole.Admin);
        using var response = await admin.PostAsync("/api/auth/dashboard-session", null, CancellationToken);
        using var browser = Browser(response);
        var before = await browser.StatusAsync("/hangfire");

        using var logout = await admin.PostAsync("/api/auth/logout", null, CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before, await browser.StatusAsync("/hangfire")));
    }

    [Fact]
    public async Task Session_OfAnOperatorOrForged_IsRefused()
    {
        using var @operator = await _gateway.WithUserAsync("an-operator", UserRole.Operator);
        using var refused = await @operator.PostAsync("/api/auth/dashboard-session", null, CancellationToken);
        using var response = await _gateway.Client.PostAsync("/api/auth/dashboard-session", null, CancellationToken);
        using var forged = Browser(response);
        var cookie = forged.DefaultRequestHeaders.GetValues("Cookie").Single();
        forged.DefaultRequestHeaders.Remove("Cookie");
        forged.DefaultRequestHeaders.Add("Cookie", cookie[..^8] + (cookie[^8] == 'A' ? 'B' : 'A') + cookie[^7..]);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await forged.StatusAsync("/hangfire"));
    }

    [Fact]
    public async Task Form_WithoutThePagesToken_DoesNothing()
    {
        using var response = await _gateway.Client.PostAsync("/api/auth/dashboard-session", null, CancellationToken);
        using var browser = Browser(response);
        using var page = await browser.GetAsync("/hangfire/recurring", CancellationToken);
        var (header, token) = TokenOf(await page.Content.ReadAsStringAsync(CancellationToken));
        var jobs = _gateway.Services.GetRequiredService<JobStorage>().GetMonitoringApi();

        using var without = await TriggerAsync(browser);
        var before = jobs.EnqueuedCount("default");
        browser.DefaultRequestHeaders.Remove("Cookie");
        browser.DefaultRequestHeaders.Add("Cookie", string.Join("; ", CookieOf(response), CookieOf(page)));
        browser.DefaultRequestHeaders.Add(header, token);
        using var with = await TriggerAsync(browser);

        Assert.Equal((HttpStatusCode.Forbidden, 0L), (without.StatusCode, before));
        Assert.True(with.IsSuccessStatusCode);
        Assert.Equal(1, jobs.EnqueuedCount("default"));
    }

    [Fact]
    public async Task Pages_WhereTheJobsCodeIsNotLoaded_AreReadOnly()
    {
        await using var gateway = new GatewayHost(redis);
        await gateway.InitializeAsync();

        var page = await gateway.Client.GetStringAsync("/hangfire/recurring", CancellationToken);
        using var triggered = await TriggerAsync(gateway.Client);

        Assert.DoesNotContain("/recurring/trigger", page, StringComparison.Ordinal);
        Assert.False(triggered.IsSuccessStatusCode);
    }

    [GeneratedRegex("""(href|src)="(?<path>/hangfire/(css|js)[^"]+)""")]
    private static partial Regex Assets();

    [GeneratedRegex("""name="csrf-(?<name>header|token)" content="(?<content>[^"]+)""")]
    private static partial Regex Csrf();

    private static (string Header, string Token) TokenOf(string page)
    {
        var found = Csrf().Matches(page).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["content"].Value);
        return (found["header"], found["token"]);
    }

    private static Task<HttpResponseMessage> TriggerAsync(HttpClient client) =>
        client.PostAsync("/hangfire/recurring/trigger", new FormUrlEncodedContent([new("jobs[]", JobId)]), CancellationToken);

    private static string CookieOf(HttpResponseMessage response) => response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    // What a browser would keep of the answer.
    private HttpClient Browser(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var client = _gateway.CreateClient();
        client.DefaultRequestHeaders.Add("Cookie", CookieOf(response));
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return client;
    }
}
