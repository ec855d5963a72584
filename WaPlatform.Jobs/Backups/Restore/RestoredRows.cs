using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Data.Postgres;

namespace WaPlatform.Jobs.Backups.Restore;

/// <summary>Makes of a database that tells how it was one that the platform can go on with (docs/decisions/0026).</summary>
internal static class RestoredRows
{
    /// <summary>Error code of messages that were waiting when the backup was made.</summary>
    public const string ErrorCode = "RESTORED";

    private const string Detail = "The message waited when the backup was made. Whether it was sent afterwards is not known; retry sends it.";

    // Numbers that were given away after the backup are not given away once more: a client that has seen one would take the new for the old.
    private const long NumbersAhead = 1_000_000;
    private const long PlacesAhead = 1_000_000_000;

    public static async Task AmendAsync(WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await HoldMessagesAsync(db, timeProvider.GetDatabaseTime(), cancellationToken);

        // Of hosts and owners that are no more. An owner from before the restore is older than any after it.
        await db.Hosts.ExecuteDeleteAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE devices SET "OwnerHost" = NULL, "PlacedOn" = NULL, "Home" = NULL, "Epoch" = "Epoch" + {NumbersAhead}, "LastSequence" = "LastSequence" + {NumbersAhead}
              + coalesce((SELECT max("Sequence") FROM events WHERE events."PhoneNumber" = devices."PhoneNumber"), 0)
            """, cancellationToken);
        await SkipPlacesAsync(db, cancellationToken);

        // Some were used, revoked or outlived by a new password since.
        await db.RefreshTokens.ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Those that could not be sent yet by anybody stay: their time is still to come.
    private static Task<int> HoldMessagesAsync(WaDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var step = Timeline.Line(new MessageStep(now, MessageHop.Uncertain, Code: ErrorCode, Detail: Detail));
        return db.Messages.Unsent()
            .Where(m => !(m.Status == MessageStatus.Scheduled && m.Attempts == 0 && m.ScheduledAt != null && m.ScheduledAt > now && m.DueAt > now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(m => m.Status, MessageStatus.Uncertain).SetProperty(m => m.ErrorCode, ErrorCode).SetProperty(m => m.ErrorDetail, Detail)
                    .SetProperty(m => m.FailedAt, now).SetProperty(m => m.Timeline, m => m.Timeline + step),
                cancellationToken);
    }

    private static Task<int> SkipPlacesAsync(WaDbContext db, CancellationToken cancellationToken) => db is PostgresWaDbContext
        ? db.Database.ExecuteSqlAsync($"""SELECT setval(pg_get_serial_sequence('events', 'Id'), (SELECT coalesce(max("Id"), 0) FROM events) + {PlacesAhead})""", cancellationToken)
        : db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM sqlite_sequence WHERE name = 'events';
            INSERT INTO sqlite_sequence (name, seq) SELECT 'events', coalesce(max("Id"), 0) + {PlacesAhead} FROM events;
            """, cancellationToken);
}
