using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Events;

namespace WaPlatform.Gateway.Events;

/// <summary>Reads the journal, page by page.</summary>
internal sealed class EventReader(IDbContextFactory<WaDbContext> databases, EventWindow window)
{
    /// <summary>The next events after a place, as they were told if that was a moment ago, else as the journal keeps them.</summary>
    public async Task<EventPage> ReadAsync(long after, EventFilter filter, int limit, CancellationToken cancellationToken)
    {
        if (window.Read(after, filter, limit) is { } recent)
        {
            return recent;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadStoredAsync(db, after, filter, limit, cancellationToken);
    }

    /// <summary>The next events after a place, as the journal keeps them.</summary>
    public static async Task<EventPage> ReadStoredAsync(WaDbContext db, long after, EventFilter filter, int limit, CancellationToken cancellationToken)
    {
        // Events become visible in their order: up to here all are there, those that do not match too.
        var end = Math.Max(after, await db.LastEventAsync(cancellationToken));
        var rows = await filter.After(db.Events, after).Where(e => e.Id <= end).Take(limit).ToListAsync(cancellationToken);

        // After the events: what was removed from them in between counts, too.
        var horizon = await db.HorizonAsync(cancellationToken);
        return new EventPage([.. rows.Select(row => new ToldEvent(row.ToEvent()))], rows.Count < limit ? end : rows[^1].Id, rows.Count == limit, after < horizon);
    }

    /// <summary>The place of the newest event.</summary>
    public async Task<long> EndAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return Math.Max(window.End, await db.LastEventAsync(cancellationToken));
    }
}
