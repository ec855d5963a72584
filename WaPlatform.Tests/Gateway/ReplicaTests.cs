using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Gateway.Access;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway;

/// <summary>Two gateways that know of each other only through PostgreSQL, started at the same moment.</summary>
public sealed class ReplicaTests(RedisServer redis, PostgresServer postgres) : IAsyncLifetime
{
    private GatewayHost _one = null!;
    private GatewayHost _two = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var database = await postgres.NameDatabaseAsync(CancellationToken);
        (_one, _two) = (Create(database), Create(database));
        await Task.WhenAll(_one.InitializeAsync().AsTask(), _two.InitializeAsync().AsTask());
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_BothAtOnce_MakeOneUserAndTellTheSamePassword()
    {
        var users = await _one.QueryAsync(db => db.Users.ToListAsync(CancellationToken));

        Assert.Equal("admin", Assert.Single(users).Username);
        Assert.Equal(_one.Password, _two.Password);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_two.Directory, "admin-password")));
        Assert.NotEmpty(await _one.LogInAsync("admin", _two.Password));
        Assert.False(File.Exists(Path.Combine(_one.Directory, "jwt-secret")));
    }

    [Fact]
    public async Task Token_OfOneGateway_IsGoodAtTheOther()
    {
        using var client = _two.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await _one.LogInAsync("admin", _one.Password));

        using var response = await client.GetAsync(new Uri("/api/auth/me", UriKind.Relative), CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task RefreshToken_SpentAtOneAndUsedAgainAtTheOther_EndsTheFamilyAtBoth()
    {
        var first = await PostAsync(_one, "/api/auth/login", new { username = "admin", password = _one.Password });
        var second = await PostAsync(_two, "/api/auth/refresh", new { refreshToken = first.GetProperty("refreshToken").GetString() });
        using var one = _one.CreateClient();

        using var reuse = await one.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = first.GetProperty("refreshToken").GetString() }, CancellationToken);
        using var successor = await one.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = second.GetProperty("refreshToken").GetString() }, CancellationToken);

        await reuse.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        await successor.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task WrongPasswords_AtBothAtOnce_AreAllCounted()
    {
        const int Attempts = LockPolicy.FreeFailures - 1;
        await Task.WhenAll(Enumerable.Range(0, Attempts).Select(n => TryAsync(n % 2 == 0 ? _one : _two)));
        var counted = await _one.QueryAsync(db => db.Users.Select(user => user.FailedLogins).SingleAsync(CancellationToken));

        var last = await TryAsync(_one);
        var locked = await TryAsync(_two);

        Assert.Equal(Attempts, counted);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests), (last, locked));
    }

    [Fact]
    public async Task ChangePassword_OfTheFirstUser_LetsNoLaterGatewayTellTheOldOne()
    {
        await PostAsync(_one, "/api/auth/change-password", new { currentPassword = _one.Password, newPassword = "another long password" });
        File.Delete(Path.Combine(_two.Directory, "admin-password"));

        await ActivatorUtilities.CreateInstance<FirstAdmin>(_two.Services).StartAsync(CancellationToken);

        Assert.False(File.Exists(Path.Combine(_two.Directory, "admin-password")));
        Assert.NotEmpty(await _two.LogInAsync("admin", "another long password"));
    }

    [Fact]
    public async Task ChangeUser_PasswordOfTheFirstUser_LetsNoLaterGatewayTellTheOldOne()
    {
        using var changed = await _one.Client.PatchAsJsonAsync("/api/users/admin", new { password = "another long password" }, CancellationToken);
        File.Delete(Path.Combine(_two.Directory, "admin-password"));

        await ActivatorUtilities.CreateInstance<FirstAdmin>(_two.Services).StartAsync(CancellationToken);

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.False(File.Exists(Path.Combine(_two.Directory, "admin-password")));
    }

    [Fact]
    public async Task DashboardCookie_OfOneGateway_IsGoodAtTheOther()
    {
        using var opened = await _one.Client.PostAsync(new Uri("/api/auth/dashboard-session", UriKind.Relative), null, CancellationToken);
        using var browser = _two.CreateClient();
        browser.DefaultRequestHeaders.Add("Cookie", opened.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

        // Hangfire's own storage, in the same database.
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync("/hangfire/recurring"));
    }

    [Fact]
    public async Task Send_DeviceWasRemovedThroughTheOther_Answers404()
    {
        const string Phone = "5551000000009";
        await _one.RegisterAsync(Phone);
        await PostAsync(_one, "/api/messages/send", Message(Phone, "known"), HttpStatusCode.Accepted);
        await _two.QueryAsync(async db =>
        {
            await db.Messages.Where(m => m.PhoneNumber == Phone).ExecuteDeleteAsync(CancellationToken);
            return await db.Devices.Where(d => d.PhoneNumber == Phone).ExecuteDeleteAsync(CancellationToken);
        });

        using var response = await _one.Client.PostAsJsonAsync("/api/messages/send", Message(Phone, "gone"), CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
    }

    [Fact]
    public async Task Send_SameKeyAtBothAtOnce_IsOneMessage()
    {
        const string Phone = "5551000000010";
        await _one.RegisterAsync(Phone);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send") { Content = JsonContent.Create(Message(Phone, "once")) };
            request.Headers.Add("Idempotency-Key", "same");
            using var response = await (n % 2 == 0 ? _one : _two).Client.SendAsync(request, CancellationToken);
            return (await response.ReadJsonAsync(HttpStatusCode.Accepted)).GetProperty("id").GetGuid();
        }));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, await _one.QueryAsync(db => db.Messages.CountAsync(m => m.PhoneNumber == Phone, CancellationToken)));
    }

    private static object Message(string from, string message) => new { from, to = "5511888888888", message, wait = false };

    private GatewayHost Create(string database) => new(redis) { Settings = { ["ConnectionStrings:wadb"] = database, ["DEFAULT_ADMIN_PASS"] = null } };

    private static async Task<JsonElement> PostAsync(GatewayHost gateway, string path, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await gateway.Client.PostAsJsonAsync(path, body, CancellationToken);
        return await response.ReadJsonAsync(status);
    }

    private static async Task<HttpStatusCode> TryAsync(GatewayHost gateway)
    {
        using var client = gateway.CreateClient();
        using var response = await client.PostAsJsonAsync("/api/auth/login", new { username = "admin", password = "wrong" }, CancellationToken);
        return response.StatusCode;
    }
}
