using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Contracts;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Devices;
using WaPlatform.ServiceDefaults.Machines;

namespace WaPlatform.Gateway.Health;

internal static class HealthEndpoints
{
    private static readonly string Version =
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/health").WithTags("Health");

        group.MapGet("/", GetHealth).AllowAnonymous().DisableRateLimiting();
        group.MapGet("/detailed", GetDetailed).RequireAuthorization(Scopes.DevicesRead);
        group.MapGet("/devices", GetDevices).RequireAuthorization(Scopes.DevicesRead);
        group.MapGet("/processes", GetProcesses).RequireAuthorization(Scopes.DevicesRead);
        group.MapGet("/system", GetSystem).RequireAuthorization(Scopes.DevicesRead);
    }

    /// <summary>Whether the gateway answers.</summary>
    internal static Ok<HealthView> GetHealth(TimeProvider timeProvider) =>
        TypedResults.Ok(new HealthView("healthy", timeProvider.GetUtcNow(), Uptime(timeProvider), Version));

    /// <summary>What the platform needs, part by part. No check takes longer than its own few seconds.</summary>
    internal static async Task<Ok<DetailedHealthView>> GetDetailed(
        HealthCheckService health, FleetHealth fleet, DeviceAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var (devices, queues) = (fleet.CheckDevicesAsync(access, cancellationToken), fleet.CheckQueuesAsync(access, cancellationToken));
        var report = await health.CheckHealthAsync(cancellationToken);
        var checks = report.Entries.ToDictionary(
            entry => entry.Key, entry => CheckView.Of(entry.Value.Status, entry.Value.Description, entry.Value.Duration, entry.Value.Data));
        checks["devices"] = await devices;
        checks["queues"] = await queues;

        var healthy = checks.Values.Count(check => check.Status == HealthStatus.Healthy);
        return TypedResults.Ok(new DetailedHealthView(
            HealthPolicy.Worst(checks.Values.Select(check => check.Status)), timeProvider.GetUtcNow(), checks, new SummaryView(checks.Count, healthy, checks.Count - healthy)));
    }

    /// <summary>How each device is. A device that was stopped on purpose is healthy.</summary>
    internal static async Task<Ok<DevicesHealthView>> GetDevices(
        WaDbContext db, DeviceOwners owners, DeviceAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var devices = (await ViewAsync(db, owners, access, cancellationToken)).ToDictionary(view => view.PhoneNumber, DeviceHealthView.From);
        var healthy = devices.Values.Count(device => device.Status == DeviceHealthView.Healthy);
        return TypedResults.Ok(new DevicesHealthView(timeProvider.GetUtcNow(), devices, new DevicesSummaryView(
            devices.Count, healthy, devices.Count - healthy, devices.Count == 0 ? 100 : Math.Round(100.0 * healthy / devices.Count, 1))));
    }

    /// <summary>The engine processes that run, by number. Those of a host that does not answer are missing.</summary>
    internal static async Task<Ok<ProcessesView>> GetProcesses(
        WaDbContext db, DeviceOwners owners, DeviceAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var processes = Processes(await ViewAsync(db, owners, access, cancellationToken));
        return TypedResults.Ok(new ProcessesView(timeProvider.GetUtcNow(), processes, ProcessesSummaryView.Of(processes)));
    }

    /// <summary>The hosts and the gateway that answers: memory, processors, disks, versions.</summary>
    internal static async Task<Ok<SystemHealthView>> GetSystem(
        WaDbContext db, DeviceOwners owners, Machine machine, DeviceAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var processes = Processes(await ViewAsync(db, owners, access, cancellationToken));
        var engines = processes.GroupBy(process => $"{process.Engine} {process.EngineVersion}".Trim()).ToDictionary(group => group.Key, group => group.Count());
        var versions = new VersionsView(
            Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, WireJson.NameOf(RuntimeInformation.OSArchitecture),
            db.Database.ProviderName?.Split('.')[^1] ?? "", engines);
        return TypedResults.Ok(new SystemHealthView(
            timeProvider.GetUtcNow(), versions,
            new GatewayView(Environment.MachineName, Environment.ProcessId, Uptime(timeProvider), machine.Read()),
            access.Only is null ? await HostReport.ReadAsync(db, processes, timeProvider, cancellationToken) : []));
    }

    internal static async Task<IReadOnlyList<DeviceView>> ViewAsync(WaDbContext db, DeviceOwners owners, DeviceAccess access, CancellationToken cancellationToken) =>
        await owners.ViewAsync(await db.Devices.AsNoTracking().AllowedTo(access).OrderBy(d => d.PhoneNumber).ToListAsync(cancellationToken), cancellationToken);

    internal static List<ProcessView> Processes(IReadOnlyList<DeviceView> devices) => [.. devices.Select(ProcessView.From).OfType<ProcessView>()];

    private static double Uptime(TimeProvider timeProvider)
    {
        using var self = Process.GetCurrentProcess();
        return Math.Round((timeProvider.GetUtcNow() - self.StartTime.ToUniversalTime()).TotalSeconds, 1);
    }
}
