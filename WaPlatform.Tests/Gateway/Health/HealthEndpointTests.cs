using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Health;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Machines;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Health;

/// <summary>api.md §8.</summary>
public sealed class HealthEndpointTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Detailed_HasEveryPartWithAStatusAndASum()
    {
        var health = await GetAsync("/api/health/detailed");

        var checks = health.GetProperty("checks");
        Assert.Superset(
            new HashSet<string> { "database", "redis", "cluster", "engine", "devices", "queues", "disk" }, checks.EnumerateObject().Select(check => check.Name).ToHashSet());
        Assert.All(checks.EnumerateObject(), check => Assert.Contains(check.Value.GetProperty("status").GetString(), (string?[])["healthy", "degraded", "unhealthy"]));
        Assert.Equal("healthy", checks.GetProperty("database").GetProperty("status").GetString());
        Assert.Contains("GiB", checks.GetProperty("disk").GetProperty("message").GetString(), StringComparison.Ordinal);

        // There is no host.
        Assert.Equal(("degraded", "degraded"), (checks.GetProperty("cluster").GetProperty("status").GetString(), checks.GetProperty("engine").GetProperty("status").GetString()));
        Assert.NotEqual("healthy", health.GetProperty("status").GetString());
        var summary = health.GetProperty("summary");
        Assert.Equal(checks.EnumerateObject().Count(), summary.GetProperty("total").GetInt32());
        Assert.Equal(summary.GetProperty("total").GetInt32(), summary.GetProperty("healthy").GetInt32() + summary.GetProperty("unhealthy").GetInt32());
    }

    [Fact]
    public async Task Devices_AndProcesses_SayHowEachIsAlsoWhereAnOwnerHangs()
    {
        const string Connected = "5511999992001";
        const string Hanging = "5511999992002";
        await gateway.RegisterAsync(Connected);
        await gateway.RegisterAsync(Hanging);
        gateway.Devices[Connected].State = DeviceState.Connected;
        gateway.Devices[Hanging].Hangs = true;

        var health = await GetAsync("/api/health/devices");
        var processes = await GetAsync("/api/health/processes");

        var device = health.GetProperty("devices").GetProperty(Connected);
        Assert.Equal(("connected", 4711, true), (device.GetProperty("state").GetString(), device.GetProperty("process").GetProperty("pid").GetInt32(), device.GetProperty("reachable").GetBoolean()));
        Assert.True(device.TryGetProperty("queue", out _) && device.TryGetProperty("reason", out _));
        Assert.True(health.GetProperty("devices").TryGetProperty(Hanging, out _));
        Assert.Equal(health.GetProperty("devices").EnumerateObject().Count(), health.GetProperty("summary").GetProperty("total").GetInt32());
        Assert.InRange(health.GetProperty("summary").GetProperty("healthPercentage").GetDouble(), 0, 100);
        var process = Assert.Single(processes.GetProperty("processes").EnumerateArray(), one => one.GetProperty("phoneNumber").GetString() == Connected);
        Assert.Equal((4711, 8000, 31_457_280), (process.GetProperty("pid").GetInt32(), process.GetProperty("port").GetInt32(), process.GetProperty("memoryBytes").GetInt32()));
        Assert.Equal(0.4, process.GetProperty("cpuPercent").GetDouble());
        Assert.True(processes.GetProperty("summary").GetProperty("memoryBytes").GetInt64() >= 31_457_280);
        gateway.Devices[Hanging].Hangs = false;
    }

    [Fact]
    public async Task System_HasHostsMemoryProcessorsDiskRuntimeAndVersions()
    {
        var now = TimeProvider.System.GetUtcNow();
        await gateway.QueryAsync(async db =>
        {
            db.Hosts.Add(new WaPlatform.Data.Hosts.Host
            {
                Id = "health-host", LeaseUntil = now.AddDays(1), Silo = "", Version = "1.2.3", Engine = "gowa", Machine = "m1", MaxProcesses = 50, StartedAt = now,
                Vitals = """{"at":"2026-01-01T00:00:00Z","hasEngine":true,"engines":3,"processors":8,"load":0.5,"memoryBytes":16000000000,"diskBytes":100,"diskFreeBytes":90}""",
            });
            return await db.SaveChangesAsync(CancellationToken);
        });

        var system = await GetAsync("/api/health/system");
        var detailed = await GetAsync("/api/health/detailed");

        var host = Assert.Single(system.GetProperty("hosts").EnumerateArray(), one => one.GetProperty("id").GetString() == "health-host");
        Assert.Equal(("alive", "1.2.3", 8), (host.GetProperty("state").GetString(), host.GetProperty("version").GetString(), host.GetProperty("vitals").GetProperty("processors").GetInt32()));
        var vitals = system.GetProperty("gateway").GetProperty("vitals");
        Assert.All(new[] { "processors", "memoryBytes", "processMemoryBytes", "diskBytes", "diskFreeBytes" }, name => Assert.True(vitals.GetProperty(name).GetInt64() > 0, name));
        Assert.StartsWith(".NET 10", system.GetProperty("versions").GetProperty("runtime").GetString(), StringComparison.Ordinal);
        Assert.Equal("healthy", detailed.GetProperty("checks").GetProperty("engine").GetProperty("status").GetString());
        await gateway.QueryAsync(db => db.Hosts.Where(one => one.Id == "health-host").ExecuteDeleteAsync(CancellationToken));
    }

    [Fact]
    public async Task MetricsSummary_HasTheFiveFigures()
    {
        const string Phone = "5511999992003";
        await gateway.RegisterAsync(Phone);
        gateway.Devices[Phone].State = DeviceState.Connected;
        var now = TimeProvider.System.GetUtcNow();
        foreach (var status in new[] { MessageStatus.Sent, MessageStatus.Delivered, MessageStatus.Read, MessageStatus.Failed, MessageStatus.Queued, MessageStatus.Scheduled })
        {
            await gateway.QueryAsync(async db =>
            {
                db.Messages.Add(new WaPlatform.Data.Messages.Message
                {
                    Id = Guid.CreateVersion7(), PhoneNumber = Phone, To = "x@s.whatsapp.net", Body = "{}", Status = status, CreatedAt = now, DueAt = now,
                });
                return await db.SaveChangesAsync(CancellationToken);
            });
        }

        using (await gateway.Client.GetAsync("/api/devices", CancellationToken))
        {
        }

        var limited = await LimitedAsync(Phone);
        var summary = await GetAsync("/api/metrics/summary");

        Assert.Equal((0.5, 6, 1), (limited.DeliveryRate!.Value, limited.Messages.Accepted, limited.ActiveProcesses));
        Assert.Equal((1, 0, 1), (limited.Queues.Pending, limited.Queues.Sending, limited.Queues.Scheduled));
        Assert.InRange(summary.GetProperty("deliveryRate").GetDouble(), 0, 1);
        Assert.True(summary.GetProperty("apiLatency").GetProperty("requests").GetInt64() > 0);
        Assert.True(summary.GetProperty("apiLatency").GetProperty("meanMs").GetDouble() > 0);
        Assert.True(summary.GetProperty("apiLatency").GetProperty("p95Ms").GetDouble() > 0);
        Assert.True(summary.GetProperty("activeProcesses").GetInt32() >= 1);
        Assert.True(summary.GetProperty("queues").GetProperty("pending").GetInt32() >= 1);
        Assert.True(summary.GetProperty("resources").GetProperty("memoryBytes").GetInt64() > 31_457_280);
    }

    [Fact]
    public async Task Callers_LimitedToADevice_SeeThatOneAndNoHosts()
    {
        const string Mine = "5511999992004";
        const string Other = "5511999992005";
        await gateway.RegisterAsync(Mine);
        await gateway.RegisterAsync(Other);
        gateway.Devices[Mine].State = gateway.Devices[Other].State = DeviceState.Connected;
        await using var scope = gateway.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WaDbContext>();
        var (owners, access, clock) = (scope.ServiceProvider.GetRequiredService<DeviceOwners>(), Only(Mine), TimeProvider.System);

        var devices = (await HealthEndpoints.GetDevices(db, owners, access, clock, CancellationToken)).Value!;
        var processes = (await HealthEndpoints.GetProcesses(db, owners, access, clock, CancellationToken)).Value!;
        var system = (await HealthEndpoints.GetSystem(db, owners, scope.ServiceProvider.GetRequiredService<Machine>(), access, clock, CancellationToken)).Value!;

        Assert.Equal([Mine], devices.Devices.Keys);
        Assert.Equal([Mine], processes.Processes.Select(process => process.PhoneNumber));
        Assert.Equal(1, system.Versions.Engines.Values.Sum());
        Assert.Empty(system.Hosts);
    }

    [Fact]
    public async Task Probes_DoNotAskForDetails()
    {
        var registrations = gateway.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckServiceOptions>>().Value.Registrations;

        Assert.Equal(
            ["cluster", "database", "redis", "self"],
            registrations.Where(check => !check.Tags.Contains(HealthTags.Detail)).Select(check => check.Name).Order());
        Assert.All(registrations.Where(check => check.Name != "self"), check => Assert.InRange(check.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
        using var anonymous = gateway.CreateClient();
        foreach (var path in new[] { "/api/health/processes", "/api/health/system", "/api/metrics/summary" })
        {
            using var refused = await anonymous.GetAsync(path, CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    private static DeviceAccess Only(string phone) => new(new[] { phone }.ToFrozenSet());

    private async Task<MetricsSummaryView> LimitedAsync(string phone)
    {
        await using var scope = gateway.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        return (await MetricsEndpoints.GetSummary(
            services.GetRequiredService<WaDbContext>(), services.GetRequiredService<DeviceOwners>(), services.GetRequiredService<ApiLatency>(), services.GetRequiredService<Machine>(),
            Only(phone), TimeProvider.System, CancellationToken)).Value!;
    }

    private Task<JsonElement> GetAsync(string path) => gateway.Client.GetFromJsonAsync<JsonElement>(path, CancellationToken);
}
