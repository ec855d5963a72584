using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Postgres;

namespace WaPlatform.Data.Hosts;

/// <summary>Questions about leases. All of them go by the database's clock.</summary>
public static class HostRows
{
    /// <summary>Hosts whose lease lasts.</summary>
    public static IQueryable<Host> Alive(this IQueryable<Host> hosts, DateTimeOffset clock) => hosts.Where(host => host.LeaseUntil > clock);

    /// <summary>Whether a run of a host still has its lease, and for at least <paramref name="rest"/>.</summary>
    public static async Task<bool> HoldsLeaseAsync(this WaDbContext database, string host, Guid run, TimeSpan rest, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (database is PostgresWaDbContext)
        {
            // In one statement: it is asked in every transaction.
            return await database.Database.SqlQuery<bool>(
                $"""SELECT EXISTS (SELECT 1 FROM hosts WHERE "Id" = {host} AND "Run" = {run} AND "LeaseUntil" > clock_timestamp() + {rest}) AS "Value" """).SingleAsync();
        }

        var end = timeProvider.GetDatabaseTime() + rest;
        return await database.Hosts.AnyAsync(h => h.Id == host && h.Run == run && h.LeaseUntil > end);
    }
}
