using Microsoft.EntityFrameworkCore;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Hosts;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>Activates a grain whose key is the name of a host on that host, for work on its own files.</summary>
[GenerateSerializer, Immutable]
public sealed class OwnHostPlacement : PlacementStrategy
{
    public static OwnHostPlacement Strategy { get; } = new();
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class OwnHostPlacementAttribute() : PlacementAttribute(OwnHostPlacement.Strategy);

internal sealed class OwnHostPlacementDirector(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider) : IPlacementDirector
{
    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        var host = target.GrainIdentity.Key.ToString()!;
        await using var db = await databases.CreateDbContextAsync();
        var clock = await db.GetClockAsync(timeProvider, CancellationToken.None);
        var silo = await db.Hosts.Alive(clock).Where(row => row.Id == host).Select(row => row.Silo).SingleOrDefaultAsync();
        return Array.Find(silos, one => one.ToParsableString() == silo) ?? throw new PlatformException(Contracts.Faults.ErrorCode.HostLost, $"The host {host} is gone, or has just come.");
    }
}
