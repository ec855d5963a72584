using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Health;

/// <summary>Says whether the living hosts have an engine to run.</summary>
internal sealed class EngineHealthCheck(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var clock = await db.GetClockAsync(timeProvider, cancellationToken);
        var hosts = await db.Hosts.AsNoTracking().Where(host => host.LeaseUntil > clock).ToListAsync(cancellationToken);

        // One that has just joined has not looked yet.
        var equipped = hosts.Count(host => HostReport.VitalsOf(host) is not { HasEngine: false });
        var status = HealthPolicy.Engines(hosts.Count, equipped);
        return new HealthCheckResult(
            status,
            hosts.Count == 0 ? "No host is alive." : equipped == hosts.Count ? $"All hosts have an engine: {string.Join(", ", hosts.Select(host => host.Engine).Distinct())}."
                : $"{hosts.Count - equipped} of {hosts.Count} hosts have no engine binary; set ENGINE_PATH.",
            data: new Dictionary<string, object> { ["hosts"] = hosts.Count, ["equipped"] = equipped });
    }
}
