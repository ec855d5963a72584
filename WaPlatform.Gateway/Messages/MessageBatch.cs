using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Messages;

namespace WaPlatform.Gateway.Messages;

/// <summary>Stores several messages in one transaction, and answers those that it does not store.</summary>
internal sealed class MessageBatch(GroupCommit writes, KnownDevices known, MessageIds ids, TimeProvider timeProvider)
{
    /// <returns>False if a unique or foreign key refused the whole: nothing of it is stored, and those that got no answer may be tried apart.</returns>
    public async Task<bool> TryWriteAsync(IReadOnlyList<PendingMessage> batch)
    {
        try
        {
            // No cancellation: a batch is many callers', and none may end it for the others.
            (await writes.RunAsync(db => InsertAsync(db, batch))).ForEach(answer => answer());
            return true;
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation() || exception.IsForeignKeyViolation())
        {
            known.Forget();
            return false;
        }
    }

    /// <summary>Finds out which of a batch are stored whose commit was not confirmed. Those that are not get <paramref name="inDoubt"/>.</summary>
    /// <returns>False if the database does not answer.</returns>
    public static async Task<bool> TrySettleAsync(IReadOnlyList<PendingMessage> batch, IDbContextFactory<WaDbContext> databases, Exception inDoubt, CancellationToken cancellationToken)
    {
        try
        {
            var tried = batch.Select(pending => pending.Tried?.Id).OfType<Guid>().ToList();
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var stored = await db.Messages.AsNoTracking().Where(m => tried.Contains(m.Id)).Select(m => m.Id).ToHashSetAsync(cancellationToken);
            foreach (var pending in batch)
            {
                if (pending.Tried is { } message && stored.Contains(message.Id))
                {
                    pending.Added = message;
                }
                else
                {
                    pending.Stored.TrySetException(inDoubt);
                }
            }

            return true;
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception is OperationCanceledException)
        {
            return false;
        }
    }

    // Answers nobody itself: what it did may yet be undone and done again.
    private async Task<List<Action>> InsertAsync(WaDbContext db, IReadOnlyList<PendingMessage> batch)
    {
        var devices = await known.ReadAsync(db, batch.Select(pending => pending.Draft.From.Digits));
        var earlier = await ReadEarlierAsync(db, batch);

        var answers = new List<Action>(batch.Count);
        foreach (var pending in batch)
        {
            var draft = pending.Draft;
            var key = (draft.From.Digits, draft.IdempotencyKey ?? "");
            if (!devices.Contains(draft.From.Digits))
            {
                answers.Add(() => pending.Stored.TrySetException(new PlatformException(ErrorCode.DeviceNotFound, $"No device has the number {draft.From}.")));
            }
            else if (draft.IdempotencyKey is not null && earlier.TryGetValue(key, out var first))
            {
                answers.Add(() => AnswerRepeat(pending, first));
            }
            else
            {
                var message = draft.ToMessage(ids.Next(), timeProvider.GetDatabaseTime());
                if (draft.IdempotencyKey is not null)
                {
                    earlier.Add(key, message);
                }

                db.Messages.Add(message);
                pending.Tried = message;
                answers.Add(() => pending.Added = message);
            }
        }

        await db.SaveChangesAsync(CancellationToken.None);
        return answers;
    }

    private static void AnswerRepeat(PendingMessage pending, Message first)
    {
        if (pending.Draft.ConflictWith(first) is { } conflict)
        {
            pending.Stored.TrySetException(conflict);
        }
        else
        {
            pending.Stored.TrySetResult(new StoredMessage(first, Repeated: true, Task.FromResult(true)));
        }
    }

    private static async Task<Dictionary<(string From, string Key), Message>> ReadEarlierAsync(WaDbContext db, IReadOnlyList<PendingMessage> batch)
    {
        var keyed = batch.Select(pending => pending.Draft).Where(draft => draft.IdempotencyKey is not null).ToList();
        if (keyed.Count == 0)
        {
            return [];
        }

        // Numbers and keys apart: a few rows too many, but one query that the index serves.
        var numbers = keyed.Select(draft => draft.From.Digits).Distinct().ToList();
        var keys = keyed.Select(draft => draft.IdempotencyKey!).Distinct().ToList();
        var rows = await db.Messages.AsNoTracking()
            .Where(m => m.IdempotencyKey != null && numbers.Contains(m.PhoneNumber) && keys.Contains(m.IdempotencyKey))
            .ToListAsync(CancellationToken.None);

        return rows.ToDictionary(row => (row.PhoneNumber, row.IdempotencyKey!));
    }
}
