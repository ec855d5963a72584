using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Postgres;

namespace WaPlatform.Data.Events;

/// <summary>The journal of all devices, in one order (docs/decisions/0014-journal-order.md).</summary>
public static class Journal
{
    // "WaEvents" in ASCII. Held from the first place that is given away to the end of the transaction: without it a later place could become visible
    // before an earlier one, and readers would step over that. SQLite has one writer at a time anyway.
    private const long LockKey = 0x57614576656E7473;

    /// <summary>
    /// Adds events within the transaction that is under way; they have their places then. To be called as late in the transaction as can be: until its
    /// end nobody else can append.
    /// </summary>
    /// <returns>The place of the newest event before them; 0 if there is none.</returns>
    public static async Task<long> AppendAsync(this WaDbContext database, IReadOnlyCollection<JournalEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (database is PostgresWaDbContext)
        {
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        }

        var previous = await database.LastEventAsync(cancellationToken);
        database.Events.AddRange(events);
        await database.SaveChangesAsync(cancellationToken);
        return previous;
    }

    /// <summary>The place of the newest event; 0 if there is none.</summary>
    public static async Task<long> LastEventAsync(this WaDbContext database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        return await database.Events.MaxAsync(e => (long?)e.Id, cancellationToken) ?? 0;
    }

    /// <summary>The place up to which events were removed; 0 if none was.</summary>
    public static async Task<long> HorizonAsync(this WaDbContext database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        return await database.JournalHorizons.MaxAsync(horizon => (long?)horizon.Place, cancellationToken) ?? 0;
    }

    /// <summary>The next events after a place, oldest first.</summary>
    /// <param name="devices">Only of these; null = all, and those without a device.</param>
    public static IQueryable<JournalEvent> After(this IQueryable<JournalEvent> events, long place, IReadOnlyCollection<string>? devices)
    {
        var later = events.AsNoTracking().Where(e => e.Id > place);
        return (devices is null ? later : later.Where(e => e.PhoneNumber != null && devices.Contains(e.PhoneNumber))).OrderBy(e => e.Id);
    }
}
