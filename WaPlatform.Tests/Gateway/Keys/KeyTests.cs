using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Access;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Keys;

public sealed class KeyTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string Phone = "5551000000021";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_ShowsTheKeyOnceAndStoresItsHashOnly()
    {
        using var response = await CreateAsync(gateway.Client, new { name = " shop ", scopes = new[] { "messages:send", "messages:read", "messages:send" }, devices = new[] { $"+{Phone}" } });
        var made = await response.ReadJsonAsync(HttpStatusCode.Created);

        var key = made.GetProperty("key").GetString()!;
        var id = made.GetProperty("id").GetGuid();
        Assert.Equal(("shop", "admin"), (made.GetProperty("name").GetString(), made.GetProperty("createdBy").GetString()));
        Assert.StartsWith(made.GetProperty("prefix").GetString()!, key, StringComparison.Ordinal);
        Assert.Equal("""["messages:read","messages:send"]""", made.GetProperty("scopes").GetRawText());
        Assert.Equal($"""["{Phone}"]""", made.GetProperty("devices").GetRawText());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (made.GetProperty("expiresAt").ValueKind, made.GetProperty("lastUsedAt").ValueKind));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());

        var secret = key.Split('_')[2];
        var list = await gateway.Client.GetStringAsync("/api/keys", CancellationToken);
        Assert.Contains(id.ToString(), list, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, list, StringComparison.Ordinal);
        var row = await gateway.QueryAsync(db => db.ApiKeys.AsNoTracking().SingleAsync(k => k.Id == id, CancellationToken));
        Assert.DoesNotContain(secret, JsonSerializer.Serialize(row), StringComparison.Ordinal);
        lock (gateway.Log)
        {
            Assert.DoesNotContain(gateway.Log, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("header")]
    [InlineData("bearer")]
    [InlineData("hub query")]
    [InlineData("stream query")]
    public async Task Call_WithAKey_IsTaken(string place)
    {
        var key = (await gateway.CreateKeyAsync(["events:read", "devices:read"])).GetProperty("key").GetString()!;
        using var client = gateway.CreateClient();
        using var request = place switch
        {
            "hub query" => new HttpRequestMessage(HttpMethod.Post, $"/hubs/events/negotiate?negotiateVersion=1&access_token={key}"),
            "stream query" => new HttpRequestMessage(HttpMethod.Get, $"/api/devices/{Phone}/logs?access_token={key}"),
            _ => new HttpRequestMessage(HttpMethod.Get, "/api/auth/me"),
        };
        _ = place switch
        {
            "header" => request.Headers.TryAddWithoutValidation("X-Api-Key", key),
            "bearer" => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}"),
            _ => request.Headers.TryAddWithoutValidation("Accept", "text/event-stream"),
        };

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);

        // There is no such device: that far only an authenticated caller gets.
        Assert.Equal(place == "stream query" ? HttpStatusCode.NotFound : HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("other secret")]
    [InlineData("other prefix")]
    [InlineData("cut off")]
    [InlineData("empty")]
    [InlineData("twice")]
    [InlineData("query of a call that takes none")]
    [InlineData("expired")]
    [InlineData("revoked")]
    public async Task Call_WithoutAGoodKey_Answers401(string fault)
    {
        var made = await gateway.CreateKeyAsync(["devices:read"]);
        var (key, id) = (made.GetProperty("key").GetString()!, made.GetProperty("id").GetGuid());
        if (fault == "expired")
        {
            var past = FakeDevice.Since;
            await gateway.QueryAsync(db => db.ApiKeys.Where(k => k.Id == id).ExecuteUpdateAsync(set => set.SetProperty(k => k.ExpiresAt, past), CancellationToken));
        }
        else if (fault == "revoked")
        {
            Assert.Equal(HttpStatusCode.OK, await gateway.WithKey(key).StatusAsync("/api/devices"));
            using var revoked = await gateway.Client.DeleteAsync($"/api/keys/{id}", CancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        }

        using var client = gateway.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, fault.StartsWith("query", StringComparison.Ordinal) ? $"/api/devices?access_token={key}" : "/api/devices");
        if (fault.StartsWith("query", StringComparison.Ordinal) is false)
        {
            request.Headers.TryAddWithoutValidation("X-Api-Key", fault switch
            {
                "other secret" => key[..^1] + (key[^1] == 'a' ? 'b' : 'a'),
                "other prefix" => "wak_" + (key[4] == 'a' ? 'b' : 'a') + key[5..],
                "cut off" => key[..^1],
                "empty" => "",
                "twice" => $"{key},{key}",
                _ => key,
            });
        }

        using var response = await client.SendAsync(request, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Call_WithTokenAndKey_CountsTheTokenOnly()
    {
        var key = (await gateway.CreateKeyAsync(["devices:read"])).GetProperty("key").GetString()!;
        using var both = gateway.WithKey(key);
        both.DefaultRequestHeaders.Authorization = gateway.Client.DefaultRequestHeaders.Authorization;
        using var voidToken = gateway.WithKey(key);
        voidToken.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a.b.c");

        var me = await (await both.GetAsync("/api/auth/me", CancellationToken)).ReadJsonAsync(HttpStatusCode.OK);

        Assert.Equal("admin", me.GetProperty("username").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await voidToken.StatusAsync("/api/devices"));
    }

    [Fact]
    public async Task Me_OfAKey_TellsWhatItMayDo()
    {
        using var client = await gateway.WithKeyAsync(["devices:read", "admin"], [Phone]);

        var me = await (await client.GetAsync("/api/auth/me", CancellationToken)).ReadJsonAsync(HttpStatusCode.OK);

        Assert.Equal(JsonValueKind.Null, me.GetProperty("username").ValueKind);
        Assert.Equal("""["devices:read","admin"]""", me.GetProperty("scopes").GetRawText());
        Assert.Equal($"""["{Phone}"]""", me.GetProperty("devices").GetRawText());
        Assert.StartsWith("wak_", me.GetProperty("key").GetProperty("prefix").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "name scopes")]
    [InlineData("""{"name":"","scopes":["admin"]}""", "name")]
    [InlineData("""{"name":"a\u0000","scopes":["admin"]}""", "name")]
    [InlineData("""{"name":"a","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":["everything"]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":["ADMIN"]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":[null]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":["admin"],"devices":[]}""", "devices")]
    [InlineData("""{"name":"a","scopes":["admin"],"devices":["abc"]}""", "devices")]
    [InlineData("""{"name":"a","scopes":["admin"],"devices":[null]}""", "devices")]
    [InlineData("""{"name":"a","scopes":["admin"],"expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["admin"],"expiresAt":"2090-01-01T00:00:00"}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["admin"],"expiresAt":"tomorrow"}""", "expiresAt")]
    public async Task Create_NotValid_Answers400(string body, string fields)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));

        using var response = await gateway.Client.PostAsync("/api/keys", content, CancellationToken);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Equal(fields, string.Join(' ', problem.GetProperty("errors").EnumerateObject().Select(error => error.Name)));
    }

    [Theory]
    [InlineData("scope", HttpStatusCode.Forbidden)]
    [InlineData("all devices", HttpStatusCode.Forbidden)]
    [InlineData("other device", HttpStatusCode.Forbidden)]
    [InlineData("no end", HttpStatusCode.Forbidden)]
    [InlineData("later end", HttpStatusCode.Forbidden)]
    [InlineData("narrower", HttpStatusCode.Created)]
    public async Task Create_ByAKey_IsNeverWider(string wish, HttpStatusCode expected)
    {
        var end = DateTimeOffset.Parse("2090-01-01T00:00:00Z", null);
        var own = new { name = "parent", scopes = new[] { "admin", "devices:read" }, devices = new[] { Phone, "5551000000022" }, expiresAt = end };
        using var client = gateway.WithKey((await (await CreateAsync(gateway.Client, own)).ReadJsonAsync(HttpStatusCode.Created)).GetProperty("key").GetString()!);

        using var response = await CreateAsync(client, new
        {
            name = "child",
            scopes = wish == "scope" ? new[] { "devices:read", "messages:read" } : ["devices:read"],
            devices = wish switch { "all devices" => null, "other device" => [Phone, "5551000000023"], _ => new[] { Phone } },
            expiresAt = wish switch { "no end" => (DateTimeOffset?)null, "later end" => end.AddSeconds(1), _ => end },
        });

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Forbidden)
        {
            await response.AssertProblemAsync(expected, "FORBIDDEN");
        }
    }

    [Fact]
    public async Task Revoke_EndsTheKeysThatItMadeToo()
    {
        var parent = await gateway.CreateKeyAsync(["admin", "devices:read"]);
        using var byParent = gateway.WithKey(parent.GetProperty("key").GetString()!);
        var child = await gateway.CreateKeyAsync(["admin", "devices:read"], by: byParent);
        using var byChild = gateway.WithKey(child.GetProperty("key").GetString()!);
        var grandchild = await gateway.CreateKeyAsync(["devices:read"], by: byChild);
        using var client = gateway.WithKey(grandchild.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, await client.StatusAsync("/api/devices"));
        Assert.Equal($"key:{parent.GetProperty("prefix").GetString()}", child.GetProperty("createdBy").GetString());

        using var revoked = await gateway.Client.DeleteAsync($"/api/keys/{parent.GetProperty("id").GetGuid()}", CancellationToken);
        using var again = await gateway.Client.DeleteAsync($"/api/keys/{parent.GetProperty("id").GetGuid()}", CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "KEY_NOT_FOUND");
        Assert.Equal(HttpStatusCode.Unauthorized, await client.StatusAsync("/api/devices"));
    }

    [Fact]
    public async Task AdminKeyOfSomeDevices_ManagesKeysOfThoseAndNothingElse()
    {
        using var client = await gateway.WithKeyAsync(["admin", "devices:read"], [Phone]);
        var wide = await gateway.CreateKeyAsync(["devices:read"]);
        var other = await gateway.CreateKeyAsync(["devices:read"], ["5551000000024"]);
        var within = await gateway.CreateKeyAsync(["devices:read"], [Phone]);

        var list = await client.GetStringAsync("/api/keys?limit=500", CancellationToken);
        using var users = await client.GetAsync("/api/users", CancellationToken);
        using var hosts = await client.GetAsync("/api/system/hosts", CancellationToken);
        var revoked = new List<HttpStatusCode>();
        foreach (var key in (JsonElement[])[wide, other, within])
        {
            using var response = await client.DeleteAsync($"/api/keys/{key.GetProperty("id").GetGuid()}", CancellationToken);
            revoked.Add(response.StatusCode);
        }

        Assert.Equal([false, false, true], ((JsonElement[])[wide, other, within]).Select(key => list.Contains(key.GetProperty("prefix").GetString()!, StringComparison.Ordinal)));
        await users.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        await hosts.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NoContent], revoked);
    }

    [Theory]
    [InlineData("admin", UserRole.Admin, HttpStatusCode.Forbidden)]
    [InlineData("admin devices:read messages:read events:read", UserRole.Viewer, HttpStatusCode.Created)]
    [InlineData("admin devices:read messages:read events:read", UserRole.Operator, HttpStatusCode.Forbidden)]
    public async Task AddUser_ByAKey_GivesNoRoleThatMayDoMore(string scopes, UserRole role, HttpStatusCode expected)
    {
        using var client = await gateway.WithKeyAsync(scopes.Split(' '));

        using var response = await client.PostAsJsonAsync("/api/users", new { username = $"by-key-{role}", password = "a good password", role = role.ToString() }, CancellationToken);
        using var takeover = await client.PatchAsJsonAsync("/api/users/admin", new { password = "a good password" }, CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        await takeover.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    public async Task RegisterDevice_ByAKeyOfSomeNumbers_TakesThoseOnly()
    {
        const string Allowed = "5551000000025";
        using var client = await gateway.WithKeyAsync(["devices:write"], [Allowed]);

        using var other = await client.PostAsJsonAsync("/api/devices", new { phoneNumber = "5551000000026", autoStart = false }, CancellationToken);
        using var own = await client.PostAsJsonAsync("/api/devices", new { phoneNumber = Allowed, autoStart = false }, CancellationToken);

        await other.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        Assert.Equal(HttpStatusCode.Created, own.StatusCode);
    }

    [Fact]
    public async Task ShortFormOfTheProxy_MeansTheOnlyDeviceOfTheKey()
    {
        const string Allowed = "5551000000027";
        await gateway.RegisterAsync(Allowed);
        await gateway.RegisterAsync("5551000000028");
        using var client = await gateway.WithKeyAsync(["proxy:use"], [Allowed]);

        using var response = await client.GetAsync("/proxy/whatsapp/app/info", CancellationToken);

        // That far it gets only with a device: that one has no engine.
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
        Assert.Contains(gateway.Devices[Allowed].Calls, call => call.EndsWith("GetRouteAsync", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Use_ManyTimes_IsWrittenOnce()
    {
        var made = await gateway.CreateKeyAsync(["devices:read"]);
        using var client = gateway.WithKey(made.GetProperty("key").GetString()!);
        var statements = CountUpdates();

        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(HttpStatusCode.OK, await client.StatusAsync("/api/devices"));
        }

        var id = made.GetProperty("id").GetGuid();
        Assert.NotNull(await gateway.QueryAsync(db => db.ApiKeys.Where(k => k.Id == id).Select(k => k.LastUsedAt).SingleAsync(CancellationToken)));
        Assert.InRange(CountUpdates() - statements, 1, 2);
    }

    [Fact]
    public async Task List_IsPagedNewestFirst()
    {
        var older = await gateway.CreateKeyAsync(["devices:read"]);
        var newer = await gateway.CreateKeyAsync(["devices:read"]);

        var first = await (await gateway.Client.GetAsync("/api/keys?limit=1", CancellationToken)).ReadJsonAsync(HttpStatusCode.OK);
        var second = await (await gateway.Client.GetAsync($"/api/keys?limit=1&after={first.GetProperty("next").GetString()}", CancellationToken)).ReadJsonAsync(HttpStatusCode.OK);

        // Made within a millisecond, either may come first.
        Assert.Equal(
            ((JsonElement[])[older, newer]).Select(key => key.GetProperty("id").GetGuid()).Order(),
            first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(key => key.GetProperty("id").GetGuid()).Order());
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient client, object body) => client.PostAsJsonAsync("/api/keys", body, CancellationToken);

    private int CountUpdates()
    {
        lock (gateway.Log)
        {
            return gateway.Log.Count(line => line.Contains("UPDATE \"api_keys\"", StringComparison.Ordinal));
        }
    }
}
