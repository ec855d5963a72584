using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data.Access;
using WaPlatform.Data.Hosts;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Hosts;

public sealed class HostEndpointTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string Path = "/api/system/hosts";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListHosts_OfAllKinds_TellsStateAndDevices()
    {
        await AddAsync("list-a", TimeSpan.FromMinutes(5));
        await AddAsync("list-b", TimeSpan.FromMinutes(5), draining: true);
        await AddAsync("list-c", TimeSpan.FromMinutes(-5), draining: true);
        await OwnAsync("5552000000001", "list-a", DesiredState.Running);
        await OwnAsync("5552000000002", "list-a", DesiredState.Stopped);

        using var response = await gateway.Client.GetAsync(new Uri(Path, UriKind.Relative), CancellationToken);

        var hosts = (await response.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray().Where(host => Id(host).StartsWith("list", StringComparison.Ordinal)).ToList();
        Assert.Equal(["list-a alive", "list-b draining", "list-c lost"], hosts.Select(host => $"{Id(host)} {host.GetProperty("state")}"));
        var first = hosts[0];
        Assert.Equal((1, 2), (first.GetProperty("devices").GetProperty("running").GetInt32(), first.GetProperty("devices").GetProperty("total").GetInt32()));
        Assert.Equal(0, hosts[1].GetProperty("devices").GetProperty("total").GetInt32());
        Assert.Equal(
            ("machine-1", 4711, "http://10.0.0.5:8080/", "1.2.3", "simulator", 50),
            (first.GetProperty("machine").GetString(), first.GetProperty("pid").GetInt32(), first.GetProperty("address").GetString(), first.GetProperty("version").GetString(),
                first.GetProperty("engine").GetString(), first.GetProperty("maxProcesses").GetInt32()));
        Assert.Equal(FakeDevice.Since, first.GetProperty("startedAt").GetDateTimeOffset());
        Assert.True(first.GetProperty("leaseUntil").GetDateTimeOffset() > FakeDevice.Since);
    }

    [Fact]
    public async Task DrainAndResume_LivingHost_SetTheWishHoweverOften()
    {
        await AddAsync("drain", TimeSpan.FromMinutes(5));

        Assert.Equal("draining", await PostAsync("drain/drain"));
        Assert.Equal("draining", await PostAsync("drain/drain"));
        Assert.True(await IsDrainingAsync("drain"));
        Assert.Equal("alive", await PostAsync("drain/resume"));
        Assert.Equal("alive", await PostAsync("drain/resume"));
        Assert.False(await IsDrainingAsync("drain"));
    }

    [Fact]
    public async Task Drain_HostThatIsGone_Answers409AndChangesNothing()
    {
        await AddAsync("gone", TimeSpan.FromMinutes(-5));

        using var drained = await gateway.Client.PostAsync(new Uri($"{Path}/gone/drain", UriKind.Relative), null, CancellationToken);

        await drained.AssertProblemAsync(HttpStatusCode.Conflict, "HOST_LOST");
        Assert.False(await IsDrainingAsync("gone"));
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("resume")]
    public async Task DrainOrResume_NoSuchHost_Answers404(string call)
    {
        using var response = await gateway.Client.PostAsync(new Uri($"{Path}/nobody/{call}", UriKind.Relative), null, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "HOST_NOT_FOUND");
    }

    [Fact]
    public async Task AnyCall_NotAnAdministrator_Answers403()
    {
        await AddAsync("theirs", TimeSpan.FromMinutes(5));
        await gateway.AddUserAsync("operator", "a long password", UserRole.Operator);
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync("operator", "a long password"));

        using var list = await client.GetAsync(new Uri(Path, UriKind.Relative), CancellationToken);
        using var drain = await client.PostAsync(new Uri($"{Path}/theirs/drain", UriKind.Relative), null, CancellationToken);

        await list.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        await drain.AssertProblemAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        Assert.False(await IsDrainingAsync("theirs"));
    }

    private static string Id(JsonElement host) => host.GetProperty("id").GetString()!;

    private async Task<string> PostAsync(string call)
    {
        using var response = await gateway.Client.PostAsync(new Uri($"{Path}/{call}", UriKind.Relative), null, CancellationToken);
        return (await response.ReadJsonAsync(HttpStatusCode.Accepted)).GetProperty("state").GetString()!;
    }

    private Task<bool> IsDrainingAsync(string id) => gateway.QueryAsync(db => db.Hosts.Where(host => host.Id == id).Select(host => host.Draining).SingleAsync(CancellationToken));

    private Task<int> AddAsync(string id, TimeSpan lease, bool draining = false) => gateway.QueryAsync(db =>
    {
        db.Hosts.Add(new Host
        {
            Id = id,
            LeaseUntil = TimeProvider.System.GetUtcNow() + lease,
            Draining = draining,
            Silo = "S127.0.0.1:11111:1",
            Address = "http://10.0.0.5:8080/",
            Version = "1.2.3",
            Engine = "simulator",
            Machine = "machine-1",
            Pid = 4711,
            MaxProcesses = 50,
            StartedAt = FakeDevice.Since,
        });
        return db.SaveChangesAsync(CancellationToken);
    });

    private async Task OwnAsync(string phone, string host, DesiredState desired)
    {
        await gateway.RegisterAsync(phone);
        await gateway.QueryAsync(db => db.Devices.Where(device => device.PhoneNumber == phone).ExecuteUpdateAsync(
            set => set.SetProperty(device => device.OwnerHost, host).SetProperty(device => device.Desired, desired), CancellationToken));
    }
}
