using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Data.Access;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Access;

public sealed class LoginTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LogIn_RightPassword_AnswersTokens()
    {
        using var response = await LogInAsync("ADMIN", GatewayHost.AdminPassword);

        var answer = await response.ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal("Bearer", answer.GetProperty("tokenType").GetString());
        Assert.NotEmpty(answer.GetProperty("refreshToken").GetString()!);
        Assert.True(answer.GetProperty("expiresAt").GetDateTimeOffset() > FakeDevice.Since);
        Assert.Equal("""{"username":"admin","role":"admin"}""", answer.GetProperty("user").GetRawText());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("careless", true)]
    [InlineData("nobody-has-this-name", false)]
    public async Task LogIn_FiveWrongPasswords_ShutsOnlyThatNameOut(string name, bool exists)
    {
        if (exists)
        {
            await gateway.AddUserAsync(name, "the right one", UserRole.Viewer);
        }

        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var wrong = await LogInAsync(name, "a wrong one");
            await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        }

        using var locked = await LogInAsync(name, "the right one");
        using var other = await LogInAsync("admin", GatewayHost.AdminPassword);

        var problem = await locked.AssertProblemAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.InRange(problem.GetProperty("retryAfter").GetInt32(), 1, 30);
        Assert.NotNull(locked.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task LogIn_ManyGuessesAtOnce_NoMoreThanFiveAreTried()
    {
        await gateway.AddUserAsync("target", "the right one", UserRole.Viewer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => LogInAsync("target", "a wrong one")));

        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Refresh_UsedTwice_EndsTheWholeFamily()
    {
        await gateway.AddUserAsync("copied", "the right one", UserRole.Viewer);
        var first = await (await LogInAsync("copied", "the right one")).ReadJsonAsync(HttpStatusCode.OK);
        var second = await (await RefreshAsync(first)).ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await MeAsync(second));

        using var again = await RefreshAsync(first);
        using var successor = await RefreshAsync(second);

        await again.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        await successor.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(second));
    }

    [Fact]
    public async Task Refresh_ManyAtOnce_AtMostOneWins()
    {
        await gateway.AddUserAsync("racer", "the right one", UserRole.Viewer);
        var login = await (await LogInAsync("racer", "the right one")).ReadJsonAsync(HttpStatusCode.OK);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RefreshAsync(login)));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task ChangePassword_Right_VoidsEarlierTokens()
    {
        await gateway.AddUserAsync("changer", "the old one", UserRole.Operator);
        var before = await (await LogInAsync("changer", "the old one")).ReadJsonAsync(HttpStatusCode.OK);

        using var wrong = await ChangeAsync(before, "not it", "another one 1");
        using var weak = await ChangeAsync(before, "the old one", "short");
        using var changed = await ChangeAsync(before, "the old one", "another one 1");

        await wrong.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        await weak.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        var after = await changed.ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await MeAsync(before), await MeAsync(after)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await RefreshAsync(before)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LogInAsync("changer", "the old one")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await LogInAsync("changer", "another one 1")).StatusCode);
    }

    private async Task<HttpResponseMessage> LogInAsync(string username, string password)
    {
        using var client = gateway.CreateClient();
        return await client.PostAsJsonAsync("/api/auth/login", new { username, password }, CancellationToken);
    }

    private async Task<HttpResponseMessage> RefreshAsync(JsonElement login)
    {
        using var client = gateway.CreateClient();
        return await client.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = login.GetProperty("refreshToken").GetString() }, CancellationToken);
    }

    private async Task<HttpResponseMessage> ChangeAsync(JsonElement login, string currentPassword, string newPassword)
    {
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("token").GetString());
        return await client.PostAsJsonAsync("/api/auth/change-password", new { currentPassword, newPassword }, CancellationToken);
    }

    private async Task<HttpStatusCode> MeAsync(JsonElement login)
    {
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("token").GetString());
        using var response = await client.GetAsync("/api/auth/me", CancellationToken);
        return response.StatusCode;
    }
}
