using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Hosts;

/// <summary>Which hosts are alive, by the clock that their leases run by.</summary>
internal sealed class HostLeases
{
    private readonly Dictionary<string, DateTimeOffset> _leases;
    private readonly DateTimeOffset _now;

    private HostLeases(Dictionary<string, DateTimeOffset> leases, DateTimeOffset now) => (_leases, _now) = (leases, now);

    public static async Task<HostLeases> ReadAsync(WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        // The leases first: one that is renewed between the two counts by what it was.
        var leases = await db.Hosts.ToDictionaryAsync(host => host.Id, host => host.LeaseUntil, cancellationToken);
        return new HostLeases(leases, await db.GetClockAsync(timeProvider, cancellationToken));
    }

    public int Count => _leases.Count;

    public int Alive => _leases.Values.Count(until => until > _now);

    public bool IsAlive(string host) => _leases.TryGetValue(host, out var until) && until > _now;

    /// <summary>When the host's lease ran out, or will; null for a host that nobody knows.</summary>
    public DateTimeOffset? LeaseOf(string host) => _leases.TryGetValue(host, out var until) ? until : null;
}
