using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Devices;

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
    }

    /// <summary>Whether the gateway answers.</summary>
    internal static Ok<HealthView> GetHealth(TimeProvider timeProvider)
    {
        var now = timeProvider.GetUtcNow();
        return TypedResults.Ok(new HealthView("healthy", now, Math.Round((now - Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalSeconds, 1), Version));
    }

    /// <summary>What the platform needs, part by part.</summary>
    internal static async Task<Ok<DetailedHealthView>> GetDetailed(HealthCheckService health, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new CheckView(WireJson.NameOf(entry.Value.Status), entry.Value.Description, Math.Round(entry.Value.Duration.TotalMilliseconds, 1)));
        var healthy = report.Entries.Count(entry => entry.Value.Status == HealthStatus.Healthy);
        return TypedResults.Ok(new DetailedHealthView(
            WireJson.NameOf(report.Status), timeProvider.GetUtcNow(), checks, new SummaryView(checks.Count, healthy, checks.Count - healthy)));
    }

    /// <summary>How each device is. A device that was stopped on purpose is healthy.</summary>
    internal static async Task<Ok<DevicesHealthView>> GetDevices(
        DeviceAccess access, WaDbContext db, DeviceOwners owners, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var rows = await db.Devices.AsNoTracking().AllowedTo(access).OrderBy(d => d.PhoneNumber).ToListAsync(cancellationToken);
        var views = await owners.ViewAsync(rows, cancellationToken);
        var devices = views.ToDictionary(view => view.PhoneNumber, DeviceHealthView.From);
        var healthy = devices.Values.Count(device => device.Status == DeviceHealthView.Healthy);
        return TypedResults.Ok(new DevicesHealthView(timeProvider.GetUtcNow(), devices, new DevicesSummaryView(
            devices.Count, healthy, devices.Count - healthy, devices.Count == 0 ? 100 : Math.Round(100.0 * healthy / devices.Count, 1))));
    }
}

internal sealed record HealthView(string Status, DateTimeOffset Timestamp, double UptimeSeconds, string Version);

internal sealed record DetailedHealthView(string Status, DateTimeOffset Timestamp, IReadOnlyDictionary<string, CheckView> Checks, SummaryView Summary);

internal sealed record CheckView(string Status, string? Message, double DurationMs);

internal sealed record SummaryView(int Total, int Healthy, int Unhealthy);

internal sealed record DevicesHealthView(DateTimeOffset Timestamp, IReadOnlyDictionary<string, DeviceHealthView> Devices, DevicesSummaryView Summary);

internal sealed record DevicesSummaryView(int Total, int Healthy, int Unhealthy, double HealthPercentage);

internal sealed record DeviceHealthView(string Status, DeviceState State, DeviceReason? Reason, ProcessInfo? Process, QueueInfo Queue, bool Reachable)
{
    public const string Healthy = "healthy";

    public static DeviceHealthView From(DeviceView device) => new(
        IsHealthy(device) ? Healthy : "unhealthy", device.State, device.Reason, device.Process, device.Queue,
        Reachable: device.Process is not null || device.Desired == DesiredState.Stopped);

    private static bool IsHealthy(DeviceView device) => device.Desired == DesiredState.Stopped
        ? device.State is DeviceState.Stopped or DeviceState.LoggedOut
        : device.State is DeviceState.Connected;
}
