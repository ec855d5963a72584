using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Hosts;

/// <summary>Says how many hosts are alive. None of them is no reason to take a gateway out: it still accepts messages.</summary>
internal sealed class ClusterHealthCheck(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HostLeases leases;
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            leases = await HostLeases.ReadAsync(db, timeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            return HealthCheckResult.Degraded("The database does not say which hosts are alive.");
        }

        return leases.Alive > 0
            ? HealthCheckResult.Healthy($"{leases.Alive} of {leases.Count} hosts are alive.")
            : HealthCheckResult.Degraded("No host is alive; messages are accepted, and wait.");
    }
}
