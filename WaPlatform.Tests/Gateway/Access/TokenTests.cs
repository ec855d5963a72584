using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Access;

public sealed class TokenTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Me_GoodToken_TellsNameRoleAndScopes()
    {
        var me = await (await gateway.Client.GetAsync("/api/auth/me", CancellationToken)).ReadJsonAsync(HttpStatusCode.OK);

        Assert.Equal(("admin", "admin"), (me.GetProperty("username").GetString(), me.GetProperty("role").GetString()));
        Assert.Equal(8, me.GetProperty("scopes").GetArrayLength());
    }

    public static TheoryData<string> Tricks =>
        ["none", "missing", "garbage", "other key", "other audience", "other issuer", "expired", "no expiry", "not yet", "HS512", "payload changed", "unsigned", "unsigned, other letters",
            "signature cut off", "no session", "other session", "other user", "other stamp", "refresh token", "signed out", "user removed"];

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task AnyRequest_TokenTrick_Answers401(string trick)
    {
        using var client = gateway.CreateClient();
        if (trick != "none")
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", trick == "missing" ? "Bearer" : $"Bearer {await ForgeAsync(trick)}");
        }

        using var response = await client.GetAsync("/api/auth/me", CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        Assert.Contains(response.Headers.WwwAuthenticate, challenge => challenge.Scheme == "Bearer");
    }

    [Theory]
    [InlineData("/api/devices")]
    [InlineData("/api/nothing")]
    [InlineData("/")]
    [InlineData("/api/health/detailed")]
    [InlineData("/api/health/devices")]
    [InlineData("/hubs/events")]
    [InlineData("/hubs/events/negotiate")]
    [InlineData("/proxy/whatsapp/app/info")]
    [InlineData("/proxy/whatsapp/5511999999999/ws")]
    [InlineData("/hangfire")]
    [InlineData("/metrics")]
    public async Task AnyPath_NobodySignedIn_Answers401(string path)
    {
        using var client = gateway.CreateClient();

        using var response = await client.GetAsync(path, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Theory]
    [InlineData("/api/health")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    public async Task PublicPath_NobodySignedIn_Answers(string path)
    {
        using var client = gateway.CreateClient();

        using var response = await client.GetAsync(path, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task QueryToken_OnlyWhereBrowsersNeedIt_IsTaken()
    {
        var token = await gateway.LogInAsync("admin", GatewayHost.AdminPassword);
        using var client = gateway.CreateClient();

        using var hub = await client.PostAsync($"/hubs/events/negotiate?negotiateVersion=1&access_token={token}", null, CancellationToken);
        using var other = await client.GetAsync($"/api/auth/me?access_token={token}", CancellationToken);

        Assert.Equal(HttpStatusCode.OK, hub.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
        lock (gateway.Log)
        {
            Assert.DoesNotContain(gateway.Log, line => line.Contains(token, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("viewer-1", UserRole.Viewer, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("operator-1", UserRole.Operator, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)]
    public async Task Role_Decides_WhatIsAllowed(string name, UserRole role, HttpStatusCode send, HttpStatusCode proxy)
    {
        using var client = await SignInNewAsync(name, role);

        using var read = await client.GetAsync("/api/devices", CancellationToken);
        using var sent = await client.PostAsJsonAsync("/api/messages/send", new { }, CancellationToken);
        using var proxied = await client.GetAsync("/proxy/whatsapp/1/x", CancellationToken);

        Assert.Equal((HttpStatusCode.OK, send, proxy), (read.StatusCode, sent.StatusCode, proxied.StatusCode));
        if (send == HttpStatusCode.Forbidden)
        {
            await sent.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        }
    }

    [Fact]
    public async Task Logout_EndsTheSession()
    {
        using var client = await SignInNewAsync("leaver", UserRole.Viewer);
        using var before = await client.GetAsync("/api/auth/me", CancellationToken);

        using var logout = await client.PostAsync("/api/auth/logout", null, CancellationToken);
        using var after = await client.GetAsync("/api/auth/me", CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (before.StatusCode, logout.StatusCode, after.StatusCode));
    }

    private async Task<HttpClient> SignInNewAsync(string name, UserRole role)
    {
        await gateway.AddUserAsync(name, "some password", role);
        var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync(name, "some password"));
        return client;
    }

    private async Task<string> ForgeAsync(string trick)
    {
        var good = await gateway.LogInAsync("admin", GatewayHost.AdminPassword);
        var parts = good.Split('.');
        if (trick == "garbage")
        {
            return "a.b.c";
        }

        if (trick == "payload changed")
        {
            var payload = Base64UrlEncoder.Decode(parts[1]).Replace("\"sub\":\"0", "\"sub\":\"1", StringComparison.Ordinal);
            return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
        }

        if (trick.StartsWith("unsigned", StringComparison.Ordinal))
        {
            return $"{Base64UrlEncoder.Encode($$"""{"alg":"{{(trick == "unsigned" ? "none" : "nOnE")}}","typ":"JWT"}""")}.{parts[1]}.";
        }

        if (trick == "signature cut off")
        {
            return $"{parts[0]}.{parts[1]}.";
        }

        if (trick is "refresh token" or "signed out" or "user removed")
        {
            return await LoseAsync(trick);
        }

        return Sign(trick, new JsonWebTokenHandler().ReadJsonWebToken(good));
    }

    // A token that was good a moment ago, or was never meant for this.
    private async Task<string> LoseAsync(string trick)
    {
        var name = trick.Replace(' ', '-');
        await gateway.AddUserAsync(name, "some password", UserRole.Admin);
        using var client = gateway.CreateClient();
        using var login = await client.PostAsJsonAsync("/api/auth/login", new { username = name, password = "some password" }, CancellationToken);
        var session = await login.ReadJsonAsync(HttpStatusCode.OK);
        var token = session.GetProperty(trick == "refresh token" ? "refreshToken" : "token").GetString()!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var ended = trick switch
        {
            "signed out" => await client.PostAsync("/api/auth/logout", null, CancellationToken),
            "user removed" => await gateway.Client.DeleteAsync($"/api/users/{name}", CancellationToken),
            _ => null,
        };
        Assert.True(ended?.IsSuccessStatusCode ?? true);
        return token;
    }

    private string Sign(string trick, JsonWebToken good)
    {
        var key = trick == "other key" ? new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(48)) : gateway.Services.GetRequiredService<SigningKey>().Key;
        var now = DateTimeOffset.FromUnixTimeSeconds(long.Parse(good.GetPayloadValue<object>("iat").ToString()!, null));
        var claims = (string[])["sub", "jti", "stamp", .. trick == "no session" ? Array.Empty<string>() : ["sid"]];
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = trick == "other issuer" ? "evil" : good.Issuer,
            Audience = trick == "other audience" ? "evil" : good.Audiences.Single(),
            NotBefore = (trick == "not yet" ? now.AddMinutes(5) : now).UtcDateTime,
            Expires = trick switch { "expired" => now.AddMinutes(-1).UtcDateTime, "no expiry" => null, _ => now.AddHours(1).UtcDateTime },
            SigningCredentials = new SigningCredentials(key, trick == "HS512" ? SecurityAlgorithms.HmacSha512 : SecurityAlgorithms.HmacSha256),
            Claims = claims.ToDictionary(name => name, name => (object)(
                (trick, name) is ("other session", "sid") or ("other user", "sub") ? Guid.NewGuid().ToString()
                : (trick, name) is ("other stamp", "stamp") ? Passwords.NewStamp()
                : good.GetPayloadValue<string>(name))),
        });
    }
}
