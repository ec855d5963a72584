using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using WaPlatform.Data;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>Activates a device's grain on the host that <see cref="Placement"/> has chosen for it.</summary>
[GenerateSerializer, Immutable]
public sealed class PlannedPlacement : PlacementStrategy
{
    public static PlannedPlacement Strategy { get; } = new();
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class PlannedPlacementAttribute() : PlacementAttribute(PlannedPlacement.Strategy);

internal sealed partial class PlannedPlacementDirector(Placement placement, TimeProvider timeProvider, ILogger<PlannedPlacementDirector> logger) : IPlacementDirector
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (silos.Length == 1)
        {
            return silos[0];
        }

        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var chosen = await placement.PlaceAsync(target.GrainIdentity.Key.ToString()!, patience.Token);
            while (chosen is not null)
            {
                // This silo may hear of a new one a little later than the database.
                if (Array.Find(context.GetCompatibleSilos(target), silo => silo.ToParsableString() == chosen) is { } found)
                {
                    return found;
                }

                await Task.Delay(Look, timeProvider, patience.Token);
            }
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception is OperationCanceledException or InvalidOperationException)
        {
            Log.NoPlan(logger, exception.Message);
        }

        // The plan and the cluster disagree for a moment, or there is no plan. Wherever it is: without the row nobody takes the device.
        return silos[Random.Shared.Next(silos.Length)];
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The place of a device could not be looked up. {Reason}")]
        public static partial void NoPlan(ILogger logger, string reason);
    }
}
