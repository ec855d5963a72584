using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Hosts;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Devices;

/// <summary>Devices whose owner does not answer: what the rows prove is said, and nothing else.</summary>
public sealed class SilentDeviceTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string Living = "living";
    private const string Dead = "dead";

    private static readonly DateTimeOffset DiedAt = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("5553000000001", Living, DesiredState.Running, DeviceState.Connected, "connected", null, null)]
    [InlineData("5553000000002", Dead, DesiredState.Running, DeviceState.Connected, "disconnected", "host_lost", "2026-03-01")]
    [InlineData("5553000000003", "unknown", DesiredState.Running, DeviceState.Connecting, "disconnected", "host_lost", null)]
    [InlineData("5553000000004", null, DesiredState.Running, DeviceState.Connected, "disconnected", "host_lost", null)]
    [InlineData("5553000000005", null, DesiredState.Stopped, DeviceState.Stopped, "stopped", "operator", null)]
    [InlineData("5553000000006", Dead, DesiredState.Running, DeviceState.Failed, "failed", "crash_loop", null)]
    [InlineData("5553000000007", Dead, DesiredState.Running, DeviceState.LoggedOut, "logged_out", "logged_out_by_phone", null)]
    public async Task GetDevice_OwnerSilent_SaysWhetherItsHostIsGone(
        string phone, string? host, DesiredState desired, DeviceState state, string shown, string? reason, string? since)
    {
        await AddAsync(phone, host, desired, state);

        var device = await GetAsync($"/api/devices/{phone}");
        var status = await GetAsync($"/api/devices/{phone}/status");
        var health = (await GetAsync("/api/health/devices")).GetProperty("devices").GetProperty(phone);

        foreach (var view in (JsonElement[])[device, status, health])
        {
            Assert.Equal((shown, reason), (view.GetProperty("state").GetString(), view.GetProperty("reason").GetString()));
        }

        Assert.Equal(JsonValueKind.Null, device.GetProperty("process").ValueKind);
        Assert.Equal(since is null ? FakeDevice.Since : DiedAt, device.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(device.GetProperty("since").GetDateTimeOffset(), status.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(reason == "host_lost", device.GetProperty("advice").GetString()?.Contains("host that ran the number", StringComparison.Ordinal) == true);
        Assert.Equal(desired == DesiredState.Stopped, health.GetProperty("status").GetString() == "healthy" && health.GetProperty("reachable").GetBoolean());
    }

    [Fact]
    public async Task GetDevice_OwnerSilent_CountsItsQueueByTheRows()
    {
        const string Phone = "5553000000008";
        await AddAsync(Phone, Dead, DesiredState.Running, DeviceState.Connected);
        await gateway.StoreMessageAsync(Phone, MessageStatus.Queued);
        await gateway.StoreMessageAsync(Phone, MessageStatus.Queued);
        await gateway.StoreMessageAsync(Phone, MessageStatus.Sending);
        await gateway.StoreMessageAsync(Phone, MessageStatus.Scheduled);

        var queue = (await GetAsync($"/api/devices/{Phone}")).GetProperty("queue");
        var health = (await GetAsync("/api/health/devices")).GetProperty("devices").GetProperty(Phone).GetProperty("queue");

        foreach (var counts in (JsonElement[])[queue, health])
        {
            Assert.Equal((2, 1, 1), (counts.GetProperty("pending").GetInt32(), counts.GetProperty("sending").GetInt32(), counts.GetProperty("scheduled").GetInt32()));
        }
    }

    [Fact]
    public async Task GetDevice_OwnerAnswers_IsBelievedWhateverTheLease()
    {
        const string Phone = "5553000000009";
        await AddAsync(Phone, Dead, DesiredState.Running, DeviceState.Connected);
        gateway.Devices[Phone].Failure = null;
        gateway.Devices[Phone].State = DeviceState.Connecting;

        var device = await GetAsync($"/api/devices/{Phone}");

        Assert.Equal(("connecting", null), (device.GetProperty("state").GetString(), device.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task ListDevices_ManyAreSilent_AsksForTheHostsOnce()
    {
        await gateway.QueryAsync(async db =>
        {
            db.Devices.AddRange(Enumerable.Range(0, 300).Select(n => Row($"55540000{n:D5}", Dead, DesiredState.Running, DeviceState.Connected)));
            return await db.SaveChangesAsync(CancellationToken);
        });
        for (var n = 0; n < 300; n++)
        {
            gateway.Devices[$"55540000{n:D5}"].Failure = new TimeoutException();
        }

        await AddHostsAsync();
        var before = HostQueries();
        var items = (await GetAsync("/api/devices?search=55540000&limit=300")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(300, items.Count);
        Assert.All(items, item => Assert.Equal("host_lost", item.GetProperty("reason").GetString()));
        Assert.Equal(before + 1, HostQueries());
    }

    private int HostQueries()
    {
        lock (gateway.Log)
        {
            return gateway.Log.Count(line => line.Contains("FROM \"hosts\"", StringComparison.Ordinal));
        }
    }

    private static Device Row(string phone, string? host, DesiredState desired, DeviceState state) => new()
    {
        PhoneNumber = phone,
        Desired = desired,
        State = state,
        Reason = state switch
        {
            DeviceState.Failed => DeviceReason.CrashLoop,
            DeviceState.LoggedOut => DeviceReason.LoggedOutByPhone,
            DeviceState.Stopped => DeviceReason.Operator,
            _ => null,
        },
        Since = FakeDevice.Since,
        OwnerHost = host,
        CreatedAt = FakeDevice.Since,
        UpdatedAt = FakeDevice.Since,
    };

    private async Task AddAsync(string phone, string? host, DesiredState desired, DeviceState state)
    {
        await AddHostsAsync();
        gateway.Devices[phone].Failure = new PlatformException(ErrorCode.EngineUnavailable, "Nobody is there.");
        await gateway.QueryAsync(async db =>
        {
            db.Devices.Add(Row(phone, host, desired, state));
            return await db.SaveChangesAsync(CancellationToken);
        });
    }

    private Task<int> AddHostsAsync() => gateway.QueryAsync(async db =>
    {
        if (!await db.Hosts.AnyAsync(CancellationToken))
        {
            db.Hosts.Add(new Host { Id = Living, LeaseUntil = TimeProvider.System.GetUtcNow().AddYears(1), Silo = "-", Version = "1", Engine = "simulator", Machine = "m" });
            db.Hosts.Add(new Host { Id = Dead, LeaseUntil = DiedAt, Silo = "-", Version = "1", Engine = "simulator", Machine = "m" });
        }

        return await db.SaveChangesAsync(CancellationToken);
    });

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);
        return await response.ReadJsonAsync(HttpStatusCode.OK);
    }
}
