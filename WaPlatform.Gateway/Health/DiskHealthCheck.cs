using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Machines;

namespace WaPlatform.Gateway.Health;

/// <summary>Says how much room is left on the disks that the platform writes to: the gateway's own, and those of the living hosts.</summary>
internal sealed class DiskHealthCheck(Machine machine, IDbContextFactory<WaDbContext> databases, IOptions<HealthOptions> options, TimeProvider timeProvider) : IHealthCheck
{
    private const double Gibibyte = 1024.0 * 1024 * 1024;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var own = machine.Read();
        var disks = new List<(string Name, long? Total, long? Free)> { ("this gateway", own.DiskBytes, own.DiskFreeBytes) };
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var clock = await db.GetClockAsync(timeProvider, cancellationToken);
            var hosts = await db.Hosts.AsNoTracking().Where(host => host.LeaseUntil > clock).ToListAsync(cancellationToken);
            disks.AddRange(hosts.Select(host => (Host: host.Id, Vitals: HostReport.VitalsOf(host))).Select(host => (host.Host, host.Vitals?.DiskBytes, host.Vitals?.DiskFreeBytes)));
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            // Its own check says so.
        }

        var known = disks.Where(disk => disk is { Total: not null, Free: not null }).Select(disk => (disk.Name, Total: disk.Total!.Value, Free: disk.Free!.Value)).ToList();
        if (known.Count == 0)
        {
            return HealthCheckResult.Degraded("The system does not tell how full the disk is.");
        }

        var status = HealthPolicy.Worst(known.Select(disk => HealthPolicy.Disk(disk.Total, disk.Free, options.Value)));
        var (name, total, free) = known.MinBy(disk => (double)disk.Free / Math.Max(1, disk.Total));
        return new HealthCheckResult(
            status, $"{free / Gibibyte:0.0} GiB of {total / Gibibyte:0.0} GiB are free on {name}, the fullest.",
            data: new Dictionary<string, object> { ["freeBytes"] = free, ["totalBytes"] = total });
    }
}
