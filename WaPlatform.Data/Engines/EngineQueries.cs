using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.Data.Engines;

public static class EngineQueries
{
    // A device that failed keeps the version until it is asked to return: what is wrong with it can be seen.
    private static readonly RolloutDeviceState[] OnNewVersion =
        [RolloutDeviceState.Restarting, RolloutDeviceState.Soaking, RolloutDeviceState.Healthy, RolloutDeviceState.Failed];

    /// <summary>The version that a device's engine is to be started with; null if the platform has none yet.</summary>
    public static async Task<string?> WantedEngineAsync(this WaDbContext database, string phoneNumber, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        return await database.EngineRollouts
                .Where(r => r.Active && r.Devices.Any(d => d.PhoneNumber == phoneNumber && OnNewVersion.Contains(d.State)))
                .Select(r => r.Version).FirstOrDefaultAsync(cancellationToken)
            ?? await database.EngineFleets.Select(f => f.Current).SingleAsync(cancellationToken);
    }

    /// <summary>What hosts whose lease lasts say of their engines.</summary>
    public static async Task<List<HostEngine>> LivingHostEnginesAsync(this WaDbContext database, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        var now = await database.GetClockAsync(timeProvider, cancellationToken);
        return await database.HostEngines.AsNoTracking().Where(h => database.Hosts.Any(host => host.Id == h.Host && host.LeaseUntil > now))
            .OrderBy(h => h.Host).ToListAsync(cancellationToken);
    }
}
