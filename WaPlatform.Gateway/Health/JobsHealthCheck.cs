using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Health;

/// <summary>Says whether a jobs service is alive, by the signs of life that Hangfire's servers leave in its schema.</summary>
internal sealed class JobsHealthCheck(IDbContextFactory<WaDbContext> databases) : IHealthCheck
{
    public const string Name = "jobs";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var exists = await db.Database.SqlQuery<bool>($"""SELECT to_regclass('hangfire.server') IS NOT NULL AS "Value" """).SingleAsync(cancellationToken);

        // They write every 30 s.
        var alive = !exists ? 0 : await db.Database.SqlQuery<int>(
            $"""SELECT count(*)::int AS "Value" FROM hangfire.server WHERE lastheartbeat > (now() AT TIME ZONE 'utc') - interval '2 minutes' """).SingleAsync(cancellationToken);
        var data = new Dictionary<string, object> { ["servers"] = alive };
        return alive > 0
            ? HealthCheckResult.Healthy($"{alive} jobs services are alive.", data)
            : HealthCheckResult.Degraded("No jobs service is alive: nothing happens by the clock.", data: data);
    }
}
