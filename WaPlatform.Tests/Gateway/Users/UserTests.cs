using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Users;

public sealed class UserTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_NewName_SignsInWithItsRole()
    {
        using var response = await AddAsync("Ana.Silva@shop", "a good password", "operator");

        var added = await response.ReadJsonAsync(HttpStatusCode.Created);
        Assert.Equal(("Ana.Silva@shop", "operator"), (added.GetProperty("username").GetString(), added.GetProperty("role").GetString()));
        Assert.Equal("/api/users/Ana.Silva@shop", response.Headers.Location?.OriginalString);
        Assert.DoesNotContain("assword", added.GetRawText(), StringComparison.Ordinal);
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync("ana.silva@SHOP", "a good password"));
        var me = await (await client.GetAsync("/api/auth/me", CancellationToken)).ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal("operator", me.GetProperty("role").GetString());
    }

    [Fact]
    public async Task Add_NameInOtherLetters_Answers409()
    {
        using var first = await AddAsync("Twice", "a good password", "viewer");

        using var second = await AddAsync("tWICE", "a good password", "viewer");

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await second.AssertProblemAsync(HttpStatusCode.Conflict, "USER_ALREADY_EXISTS");
    }

    [Theory]
    [InlineData(null, "a good password", "viewer", "username")]
    [InlineData("", "a good password", "viewer", "username")]
    [InlineData("a b", "a good password", "viewer", "username")]
    [InlineData("key:wak_0123456789ab", "a good password", "viewer", "username")]
    [InlineData("\u0430dmin", "a good password", "viewer", "username")]
    [InlineData("a\0", "a good password", "viewer", "username")]
    [InlineData("name", null, "viewer", "password")]
    [InlineData("name", "1234567", "viewer", "password")]
    [InlineData("name", "a good password", null, "role")]
    [InlineData("name", "a good password", "root", "role")]
    [InlineData("name", "a good password", "0", "role")]
    public async Task Add_NotValid_Answers400(string? username, string? password, string? role, string field)
    {
        using var response = await AddAsync(username, password, role);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("role")]
    [InlineData("password")]
    [InlineData("removed")]
    public async Task Change_EndsTheSessions(string change)
    {
        var name = $"changed-{change}";
        await gateway.AddUserAsync(name, Callers.Password, UserRole.Operator);
        using var client = gateway.CreateClient();
        using var login = await client.PostAsJsonAsync("/api/auth/login", new { username = name, password = Callers.Password }, CancellationToken);
        var session = await login.ReadJsonAsync(HttpStatusCode.OK);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("token").GetString());
        Assert.Equal(HttpStatusCode.OK, await client.StatusAsync("/api/auth/me"));

        using var response = change switch
        {
            "role" => await gateway.Client.PatchAsJsonAsync($"/api/users/{name.ToUpperInvariant()}", new { role = "viewer" }, CancellationToken),
            "password" => await gateway.Client.PatchAsJsonAsync($"/api/users/{name}", new { password = "another password" }, CancellationToken),
            _ => await gateway.Client.DeleteAsync($"/api/users/{name}", CancellationToken),
        };

        Assert.Equal(change == "removed" ? HttpStatusCode.NoContent : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await client.StatusAsync("/api/auth/me"));
        using var refreshed = await client.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = session.GetProperty("refreshToken").GetString() }, CancellationToken);
        await refreshed.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Change_NothingNew_KeepsTheSessions()
    {
        using var client = await gateway.WithUserAsync("unchanged", UserRole.Viewer);

        using var response = await gateway.Client.PatchAsJsonAsync("/api/users/unchanged", new { role = "viewer" }, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await client.StatusAsync("/api/auth/me"));
    }

    [Fact]
    public async Task Change_Password_EndsALock()
    {
        await gateway.AddUserAsync("locked-out", Callers.Password, UserRole.Viewer);
        for (var attempt = 0; attempt < LockPolicy.FreeFailures; attempt++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync("locked-out", "wrong"));
        }

        var locked = await TryAsync("locked-out", Callers.Password);
        using var response = await gateway.Client.PatchAsJsonAsync("/api/users/locked-out", new { password = "another password" }, CancellationToken);

        Assert.Equal(HttpStatusCode.TooManyRequests, locked);
        Assert.Equal(JsonValueKind.Null, (await response.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("lockedUntil").ValueKind);
        Assert.Equal(HttpStatusCode.OK, await TryAsync("locked-out", "another password"));
    }

    [Fact]
    public async Task Refresh_TokenOfAnOlderStamp_IsVoid()
    {
        await gateway.AddUserAsync("stamped", Callers.Password, UserRole.Viewer);
        using var client = gateway.CreateClient();
        using var login = await client.PostAsJsonAsync("/api/auth/login", new { username = "stamped", password = Callers.Password }, CancellationToken);
        var token = (await login.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("refreshToken").GetString();

        // As if it had been made while the stamp changed: nobody revoked it.
        await gateway.QueryAsync(db => db.Users.Where(user => user.Username == "stamped").ExecuteUpdateAsync(set => set.SetProperty(user => user.SecurityStamp, "newer"), CancellationToken));
        using var refreshed = await client.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = token }, CancellationToken);

        await refreshed.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task AnyCall_NobodyOfThatName_Answers404()
    {
        using var changed = await gateway.Client.PatchAsJsonAsync("/api/users/nobody", new { role = "viewer" }, CancellationToken);
        using var removed = await gateway.Client.DeleteAsync("/api/users/no%20body%2F", CancellationToken);

        await changed.AssertProblemAsync(HttpStatusCode.NotFound, "USER_NOT_FOUND");
        await removed.AssertProblemAsync(HttpStatusCode.NotFound, "USER_NOT_FOUND");
    }

    [Fact]
    public async Task List_IsPaged()
    {
        await gateway.AddUserAsync("listed-1", Callers.Password, UserRole.Viewer);
        await gateway.AddUserAsync("listed-2", Callers.Password, UserRole.Viewer);
        var names = new List<string?>();
        string? after = null;
        do
        {
            var page = await (await gateway.Client.GetAsync($"/api/users?limit=2&after={after}", CancellationToken)).ReadJsonAsync(HttpStatusCode.OK);
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(user => user.GetProperty("username").GetString()));
            after = page.GetProperty("next").GetString();
            Assert.Equal(await gateway.QueryAsync(db => db.Users.CountAsync(CancellationToken)), page.GetProperty("total").GetInt32());
        }
        while (after is not null);

        Assert.Equal(await gateway.QueryAsync(db => db.Users.Select(user => user.Username).Order().ToListAsync(CancellationToken)), names.Order(StringComparer.Ordinal));
    }

    private Task<HttpResponseMessage> AddAsync(string? username, string? password, string? role) =>
        gateway.Client.PostAsJsonAsync("/api/users", new { username, password, role }, CancellationToken);

    private async Task<HttpStatusCode> TryAsync(string username, string password)
    {
        using var client = gateway.CreateClient();
        using var response = await client.PostAsJsonAsync("/api/auth/login", new { username, password }, CancellationToken);
        return response.StatusCode;
    }
}
