using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Health;

/// <summary>What hosts tell of themselves and of their machines.</summary>
internal static class HostReport
{
    public static HostVitals? VitalsOf(Data.Hosts.Host host)
    {
        try
        {
            return host.Vitals is { } text ? JsonSerializer.Deserialize<HostVitals>(text, WireJson.Options) : null;
        }
        catch (JsonException)
        {
            // Of a host of another version.
            return null;
        }
    }

    public static async Task<IReadOnlyList<HostHealthView>> ReadAsync(WaDbContext db, IReadOnlyCollection<ProcessView> processes, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var clock = await db.GetClockAsync(timeProvider, cancellationToken);
        var hosts = await db.Hosts.AsNoTracking().OrderBy(host => host.Id).ToListAsync(cancellationToken);
        var devices = await db.Devices.Where(device => device.OwnerHost != null).GroupBy(device => device.OwnerHost!)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        return [.. hosts.Select(host => new HostHealthView(
            host.Id, host.LeaseUntil <= clock ? "lost" : host.Draining ? "draining" : "alive", host.Machine, host.Version, host.Engine, host.StartedAt,
            devices.GetValueOrDefault(host.Id), host.MaxProcesses, ProcessesSummaryView.Of([.. processes.Where(process => process.Host == host.Id)]), VitalsOf(host)))];
    }
}
