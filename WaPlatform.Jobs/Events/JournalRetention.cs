using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.Data.Events;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.Jobs.Events;

/// <summary>
/// Removes the oldest events from the journal: those that are too old, and those that are too many. In batches, each a short transaction; nobody who appends
/// waits for it. Readers learn from the horizon, which is moved first, that something is missing.
/// </summary>
internal sealed partial class JournalRetention(
    IDbContextFactory<WaDbContext> databases, IOptions<JournalOptions> options, TimeProvider timeProvider, ILogger<JournalRetention> logger)
{
    /// <summary>Its name in the schedule.</summary>
    public const string Id = "journal-retention";

    private const int BatchSize = 1000;

    // What is left is the next run's.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(50);

    /// <summary>Removes what is over.</summary>
    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        var limit = timeProvider.GetUtcNow() - options.Value.Retention;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var surplus = await ReadSurplusAsync(db, cancellationToken);
        var removed = 0;
        int batch;
        do
        {
            batch = await RemoveAsync(db, surplus, limit, cancellationToken);
            removed += batch;
        }
        while (batch == BatchSize && timeProvider.GetElapsedTime(start) < Longest);

        if (removed > 0)
        {
            Log.Removed(logger, removed, await db.HorizonAsync(cancellationToken));
        }
    }

    // The place up to which events are too many; 0 if none is.
    private async Task<long> ReadSurplusAsync(WaDbContext db, CancellationToken cancellationToken)
    {
        var kept = options.Value.MaxEvents;
        var first = await db.Events.MinAsync(e => (long?)e.Id, cancellationToken) ?? 0;

        // There are at most as many events as places; only if that is too many they have to be counted.
        return await db.LastEventAsync(cancellationToken) - first < kept
            ? 0
            : await db.Events.OrderByDescending(e => e.Id).Select(e => e.Id).Skip((int)kept).FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task<int> RemoveAsync(WaDbContext db, long surplus, DateTimeOffset limit, CancellationToken cancellationToken)
    {
        var oldest = await db.Events.OrderBy(e => e.Id).Take(BatchSize).Select(e => new { e.Id, e.At, e.PhoneNumber, e.Sequence }).ToListAsync(cancellationToken);
        var over = oldest.TakeWhile(e => e.Id <= surplus || e.At < limit).ToList();
        if (over.Count == 0)
        {
            return 0;
        }

        var end = over[^1].Id;
        await db.JournalHorizons.Where(horizon => horizon.Place < end).ExecuteUpdateAsync(set => set.SetProperty(horizon => horizon.Place, end), cancellationToken);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Events.Where(e => e.Id <= end).ExecuteDeleteAsync(cancellationToken);
        foreach (var device in over.Where(e => e.PhoneNumber is not null).GroupBy(e => e.PhoneNumber))
        {
            // Of a device that has no other events its number must be known: the next one must not have it again.
            var last = device.Max(e => e.Sequence);
            await db.Devices
                .Where(d => d.PhoneNumber == device.Key && d.LastSequence < last && !db.Events.Any(e => e.PhoneNumber == d.PhoneNumber))
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.LastSequence, last), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return over.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} events from the journal; it begins after place {Horizon} now.")]
        public static partial void Removed(ILogger logger, int count, long horizon);
    }
}
