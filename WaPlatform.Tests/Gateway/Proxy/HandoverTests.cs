using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data.Hosts;
using WaPlatform.ServiceDefaults.Engines;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Proxy;

/// <summary>Devices that change hosts while they are used.</summary>
public sealed class HandoverTests(GatewayHost gateway) : IClassFixture<GatewayHost>, IAsyncLifetime
{
    private static int _numbers;

    private readonly string _phone = $"55510001{Interlocked.Increment(ref _numbers):D4}";
    private ForwarderHost _from = null!;
    private ForwarderHost _to = null!;
    private FakeEngine _old = null!;
    private FakeEngine _new = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private FakeDevice Device => gateway.Devices[_phone];

    public async ValueTask InitializeAsync()
    {
        _from = await ForwarderHost.StartAsync("from", CancellationToken);
        _to = await ForwarderHost.StartAsync("to", CancellationToken);
        _old = await FakeEngine.StartAsync(CancellationToken);
        _new = await FakeEngine.StartAsync(CancellationToken);
        await gateway.RegisterAsync(_phone);
        Device.Route = _from.Own(_phone, _old);
        await StoreAsync("from", "from", TimeSpan.FromMinutes(1));
        using var first = await GetAsync("/first");
        Assert.Equal("/first", Assert.Single(_old.Requests).Target);
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Forward_DeviceMoved_GoesToTheNewHostAndTellsNothingOfIt(string method)
    {
        _from.Release(_phone);
        Device.Route = _to.Own(_phone, _new);

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), Path("/second")), CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/second", Assert.Single(_new.Requests).Target);
        Assert.False(response.Headers.Contains(ForwarderHeaders.Route));
    }

    [Fact]
    public async Task Forward_HostDied_GoesToTheNewHost()
    {
        await _from.DisposeAsync();
        Device.Route = _to.Own(_phone, _new);

        using var response = await GetAsync("/second");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/second", Assert.Single(_new.Requests).Target);
    }

    [Fact]
    public async Task Forward_BodyWasSentToAHostThatLetGo_IsNotSentTwiceBut503()
    {
        _from.Release(_phone);
        Device.Route = _to.Own(_phone, _new);

        using var refused = await gateway.Client.PostAsync(Path("/x"), new StringContent("{}", Encoding.UTF8), CancellationToken);
        using var next = await gateway.Client.GetAsync(Path("/y"), CancellationToken);
        using var accepted = await gateway.Client.PostAsync(Path("/x"), new StringContent("{}", Encoding.UTF8), CancellationToken);

        await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
        Assert.False(refused.Headers.Contains(ForwarderHeaders.Route));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (next.StatusCode, accepted.StatusCode));
    }

    [Fact]
    public async Task Forward_DeviceIsOnItsWay_ReadWaitsForTheNewHost()
    {
        _from.Release(_phone);
        Device.Route = null;
        await StoreAsync(owner: null, place: "to", TimeSpan.FromMinutes(1));

        Device.Calls.Clear();
        var reading = GetAsync("/second");
        await Device.WaitForCallAsync("GetRouteAsync");
        Assert.False(reading.IsCompleted);
        Device.Route = _to.Own(_phone, _new);
        using var response = await reading;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/second", Assert.Single(_new.Requests).Target);
    }

    [Fact]
    public async Task Forward_OwnerCannotBeReachedAndItsLeaseRanOut_ReadWaitsForTheNewHost()
    {
        _from.Release(_phone);
        Device.Failure = new PlatformException(ErrorCode.EngineUnavailable, "Another host has it still.");
        await StoreAsync("from", "from", TimeSpan.FromMinutes(-1));

        Device.Calls.Clear();
        var reading = GetAsync("/second");
        await Device.WaitForCallAsync("GetRouteAsync");
        Assert.False(reading.IsCompleted);
        Device.Route = _to.Own(_phone, _new);
        Device.Failure = null;
        using var response = await reading;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Forward_DeviceStaysWhereItIsWithoutAnEngine_Answers503WithoutAskingOn()
    {
        _from.Release(_phone);
        Device.Route = null;
        Device.Calls.Clear();

        using var response = await GetAsync("/second");

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
        Assert.Single(Device.Calls, call => call.EndsWith("GetRouteAsync", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Forward_DeviceIsOnItsWayForTooLong_Answers503()
    {
        _from.Release(_phone);
        Device.Route = null;
        await StoreAsync(owner: null, place: "to", TimeSpan.FromMinutes(1));

        using var response = await GetAsync("/second");

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
    }

    private Uri Path(string path) => new($"/proxy/whatsapp/{_phone}{path}", UriKind.Relative);

    private Task<HttpResponseMessage> GetAsync(string path) => gateway.Client.GetAsync(Path(path), CancellationToken);

    private Task<int> StoreAsync(string? owner, string? place, TimeSpan lease) => gateway.QueryAsync(async db =>
    {
        await db.Devices.Where(d => d.PhoneNumber == _phone).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.Desired, DesiredState.Running).SetProperty(d => d.OwnerHost, owner).SetProperty(d => d.PlacedOn, place), CancellationToken);
        var until = TimeProvider.System.GetUtcNow() + lease;
        if (await db.Hosts.Where(h => h.Id == "from").ExecuteUpdateAsync(set => set.SetProperty(h => h.LeaseUntil, until), CancellationToken) == 0)
        {
            db.Hosts.Add(new Host { Id = "from", LeaseUntil = until, Silo = "-", Version = "1", Engine = "simulator", Machine = "m" });
        }

        return await db.SaveChangesAsync(CancellationToken);
    });
}
