using WaPlatform.Contracts.Devices;

namespace WaPlatform.Gateway.Proxy;

/// <summary>The ways to engines that are in use. An owner is asked again every few seconds, and when its engine does not answer.</summary>
internal sealed class EngineLanes(IGrainFactory grains, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, EngineLane> _lanes = new(StringComparer.Ordinal);

    /// <param name="failed">The lane that just failed, not to be returned unless its owner still vouches for it.</param>
    /// <returns>Null while the device has no engine that answers.</returns>
    public async ValueTask<EngineLane?> FindAsync(string phoneNumber, EngineLane? failed, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        lock (_lock)
        {
            if (_lanes.TryGetValue(phoneNumber, out var known) && known != failed && known.AskedAt + Memory > now)
            {
                return known;
            }
        }

        var route = await grains.GetGrain<IDeviceGrain>(phoneNumber).GetRouteAsync().WaitAsync(Patience, timeProvider, cancellationToken);
        route = route is not null && EngineLane.CanReach(route) ? route : null;
        lock (_lock)
        {
            var known = _lanes.GetValueOrDefault(phoneNumber);
            if (route is null || (known is not null && known.Route.Generation > route.Generation && known.Route.Host == route.Host))
            {
                // A late answer must not bring back an engine that is gone.
                if (route is null)
                {
                    Drop(phoneNumber, known);
                }

                return route is null ? null : known;
            }

            if (known is not null && known.Route == route)
            {
                known.AskedAt = now;
                return known;
            }

            Drop(phoneNumber, known);
            return _lanes[phoneNumber] = new EngineLane(route, now);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var lane in _lanes.Values)
            {
                lane.Dispose();
            }

            _lanes.Clear();
        }
    }

    // Requests that are under way keep their connections to the end; nothing new gets them.
    private void Drop(string phoneNumber, EngineLane? lane)
    {
        if (lane is not null)
        {
            _lanes.Remove(phoneNumber);
            lane.Dispose();
        }
    }
}
