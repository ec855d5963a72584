using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Postgres;

namespace WaPlatform.Data.Hosts;

/// <summary>Questions about leases. All of them go by the database's clock.</summary>
public static class HostRows
{
    /// <summary>Hosts whose lease lasts.</summary>
    public static IQueryable<Host> Alive(this IQueryable<Host> hosts, DateTimeOffset clock) => hosts.Where(host => host.LeaseUntil > clock);

    /// <summary>
    /// Makes the lease of a run last from now on, and tells where the host is. False if it has none any more. One statement where that matters: one that
    /// is held up must not write a time that was right when it was begun.
    /// </summary>
    /// <param name="always">Also when the lease was over.</param>
    /// <param name="silo">Empty while nothing may be placed there.</param>
    public static async Task<bool> ProlongAsync(
        this WaDbContext database, string host, Guid run, TimeSpan lease, bool always, string silo, string? address, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (database is PostgresWaDbContext)
        {
            return await database.Database.ExecuteSqlAsync(
                $"""
                UPDATE hosts SET "LeaseUntil" = clock_timestamp() + {lease}, "Silo" = {silo}, "Address" = {address}
                WHERE "Id" = {host} AND "Run" = {run} AND ({always} OR "LeaseUntil" > clock_timestamp())
                """) > 0;
        }

        var clock = timeProvider.GetDatabaseTime();
        var until = clock + lease;
        return await database.Hosts.Where(h => h.Id == host && h.Run == run && (always || h.LeaseUntil > clock))
            .ExecuteUpdateAsync(set => set.SetProperty(h => h.LeaseUntil, until).SetProperty(h => h.Silo, silo).SetProperty(h => h.Address, address)) > 0;
    }

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
