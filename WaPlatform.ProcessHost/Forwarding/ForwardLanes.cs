using WaPlatform.Contracts.Engines;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Forwarding;

/// <summary>The connections to engines that gateways use: a pool for each start of an engine, so that none outlives it.</summary>
internal sealed class ForwardLanes : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    public HttpMessageInvoker For(string phoneNumber, EngineRoute route)
    {
        lock (_lock)
        {
            if (_lanes.TryGetValue(phoneNumber, out var known))
            {
                if (known.Generation == route.Generation && known.Address == route.Address)
                {
                    return known.Invoker;
                }

                known.Invoker.Dispose();
            }

            var lane = new Lane(route.Generation, route.Address, new HttpMessageInvoker(EngineConnections.CreateHandler()));
            _lanes[phoneNumber] = lane;
            return lane.Invoker;
        }
    }

    /// <summary>The device has no engine here. Requests that are under way keep their connections to the end.</summary>
    public void Drop(string phoneNumber)
    {
        lock (_lock)
        {
            if (_lanes.Remove(phoneNumber, out var lane))
            {
                lane.Invoker.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var lane in _lanes.Values)
            {
                lane.Invoker.Dispose();
            }

            _lanes.Clear();
        }
    }

    private sealed record Lane(long Generation, Uri Address, HttpMessageInvoker Invoker);
}
