using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>Two gateways on one database: what is ended at one must end at the other, and what is open there with it.</summary>
public sealed class OpenRequestTests(RedisServer redis, PostgresServer postgres) : IAsyncLifetime
{
    private const string Phone = "5551000000031";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private GatewayHost _one = null!;
    private GatewayHost _two = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var database = await postgres.NameDatabaseAsync(CancellationToken);
        (_one, _two) = (Create(database), Create(database));
        await _one.InitializeAsync();
        await _two.InitializeAsync();
        await _one.RegisterAsync(Phone);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("signed out")]
    public async Task CallerLosesItsRight_EverywhereAndWhateverIsOpen_Ends(string how)
    {
        var key = await _one.CreateKeyAsync(["events:read", "devices:read"]);
        using var signIn = await _one.Client.PostAsJsonAsync("/api/auth/login", new { username = "admin", password = GatewayHost.AdminPassword }, CancellationToken);
        var token = how == "signed out"
            ? (await signIn.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("token").GetString()!
            : key.GetProperty("key").GetString()!;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(_two.Address, "/hubs/events"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await hub.StartAsync(CancellationToken);
        using var caller = _two.CreateClient();
        caller.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/devices/{Phone}/logs") { Headers = { Accept = { new("text/event-stream") } } };
        using var logs = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, logs.StatusCode);

        await EndAsync(how, token, key);

        await closed.Task.WaitAsync(Patience, CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => ReadToTheEndAsync(logs)).WaitAsync(Patience, CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, await caller.StatusAsync("/api/devices"));
        await Assert.ThrowsAsync<HttpRequestException>(() => hub.StartAsync(CancellationToken));
    }

    private static async Task ReadToTheEndAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStreamAsync(CancellationToken);
        while (await body.ReadAsync(new byte[1024], CancellationToken) > 0)
        {
        }

        throw new IOException("Ended in order.");
    }

    private async Task EndAsync(string how, string token, JsonElement key)
    {
        var id = key.GetProperty("id").GetGuid();
        using var client = _one.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var ended = how switch
        {
            "revoked" => await _one.Client.DeleteAsync($"/api/keys/{id}", CancellationToken),
            "signed out" => await client.PostAsync("/api/auth/logout", null, CancellationToken),
            _ => null,
        };
        Assert.True(ended?.IsSuccessStatusCode ?? true);
        if (how == "expired")
        {
            var past = FakeDevice.Since;
            await _one.QueryAsync(db => db.ApiKeys.Where(k => k.Id == id).ExecuteUpdateAsync(set => set.SetProperty(k => k.ExpiresAt, past), CancellationToken));
        }
    }

    private GatewayHost Create(string database) => new(redis) { Settings = { ["ConnectionStrings:wadb"] = database } };
}
