using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Gateway.Devices;
using WaPlatform.ServiceDefaults.Secrets;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Devices;

/// <summary>The password of a device's proxy is stored protected, and shown to nobody.</summary>
public sealed class ProxySecretTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string Proxy = "socks5://user:planted-word@192.0.2.1:1080";
    private const string Shown = "socks5://user:***@192.0.2.1:1080";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_WithAProxy_StoresItProtectedAndShowsNoPassword()
    {
        const string Phone = "5511000000701";

        using var answer = await gateway.Client.PostAsJsonAsync("/api/devices", new { phoneNumber = Phone, autoStart = false, proxy = Proxy }, CancellationToken);

        var device = await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal(Shown, device.GetProperty("proxy").GetString());
        var stored = await StoredAsync(Phone);
        Assert.DoesNotContain("planted-word", stored, StringComparison.Ordinal);
        Assert.Equal(Proxy, gateway.Services.GetRequiredService<StoredSecrets>().Reveal(stored!));
    }

    [Fact]
    public async Task Change_ToTheSameProxy_LeavesWhatIsStored()
    {
        const string Phone = "5511000000702";
        await gateway.RegisterAsync(Phone);
        await ChangeAsync(Phone, Proxy);
        var before = await StoredAsync(Phone);

        await ChangeAsync(Phone, Proxy);
        var same = await StoredAsync(Phone);
        await ChangeAsync(Phone, "http://192.0.2.2:3128");
        var other = await StoredAsync(Phone);
        await ChangeAsync(Phone, null);

        Assert.Equal(before, same);
        Assert.NotEqual(before, other);
        Assert.Null(await StoredAsync(Phone));
    }

    [Fact]
    public async Task List_ProxyStoredInTheClearByAnOlderVersion_ShowsNoPassword()
    {
        const string Phone = "5511000000703";
        await gateway.RegisterAsync(Phone);
        await gateway.QueryAsync(db => db.Devices.Where(d => d.PhoneNumber == Phone).ExecuteUpdateAsync(set => set.SetProperty(d => d.Proxy, Proxy), CancellationToken));

        var device = await gateway.Client.GetFromJsonAsync<JsonElement>($"/api/devices/{Phone}", CancellationToken);

        Assert.Equal(Shown, device.GetProperty("proxy").GetString());
    }

    [Theory]
    [InlineData("socks5://host:1080", "socks5://host:1080")]
    [InlineData("socks5://user@host:1080", "socks5://user:***@host:1080")]
    [InlineData("http://user:pä%20ss@host", "http://user:***@host")]
    [InlineData("http://user:a@b@host/path@x", "http://user:***@host/path@x")]
    [InlineData("http://:only@host", "http://:***@host")]
    [InlineData("http://host/?a=b@c", "http://host/?a=b@c")]
    [InlineData(null, null)]
    public void WithoutPassword_AnyUrl_HidesIt(string? url, string? shown) => Assert.Equal(shown, ProxyUrl.WithoutPassword(url));

    private Task<string?> StoredAsync(string phone) => gateway.QueryAsync(db => db.Devices.Where(d => d.PhoneNumber == phone).Select(d => d.Proxy).SingleAsync(CancellationToken));

    private async Task ChangeAsync(string phone, string? proxy)
    {
        using var answer = await gateway.Client.PatchAsJsonAsync($"/api/devices/{phone}", new { proxy }, CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
