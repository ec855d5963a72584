using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Queues;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// The message rows of one device, as its owner reads and moves them. A move names the status that it starts from and is void under another;
/// it is on disk when it returns.
/// </summary>
internal sealed class MessageStore(string phoneNumber, IDbContextFactory<WaDbContext> databases, GroupCommit writes, TimeProvider timeProvider)
{
    // As many at a time as one statement and the journal take well.
    private const int Chunk = 500;

    /// <summary>Everything that waits.</summary>
    public async IAsyncEnumerable<QueueEntry> WaitingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.Messages.AsNoTracking().Where(m => m.PhoneNumber == phoneNumber).Waiting()
            .Select(m => new { m.Id, m.Priority, DueAt = m.Status == MessageStatus.Scheduled ? (DateTimeOffset?)m.DueAt : null });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return new QueueEntry(row.Id, row.Priority, row.DueAt);
        }
    }

    /// <summary>The head of the queue as the rows tell it.</summary>
    public async Task<QueueHead> HeadAsync(int fromPriority, int toPriority, int count, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var ready = await ReadAsync(
            rows => rows.Waiting().Where(m => m.Status == MessageStatus.Queued && m.Priority >= fromPriority && m.Priority <= toPriority)
                .OrderBy(m => m.Priority).ThenBy(m => m.Id).Take(count).Select(m => m.Id).ToListAsync(cancellationToken), cancellationToken);
        var timed = await ReadAsync(
            rows => rows.Waiting().Where(m => m.Status == MessageStatus.Scheduled)
                .OrderBy(m => m.DueAt).Take(count).Select(m => new { m.Id, m.DueAt }).ToListAsync(cancellationToken), cancellationToken);
        return new QueueHead(ready, [.. timed.Where(m => m.DueAt <= now).Select(m => m.Id)], timed.FirstOrDefault(m => m.DueAt > now)?.DueAt);
    }

    public Task<List<Message>> FindAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ReadAsync(rows => rows.Where(m => ids.Contains(m.Id)).ToListAsync(cancellationToken), cancellationToken);

    public async Task<Message?> FindAsync(Guid id) => (await FindAsync([id], CancellationToken.None)).SingleOrDefault();

    /// <summary>Messages whose sending was begun and not concluded.</summary>
    public Task<List<Message>> SendingAsync(CancellationToken cancellationToken) =>
        ReadAsync(rows => rows.Unsent().Where(m => m.Status == MessageStatus.Sending).OrderBy(m => m.Id).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>Until when messages of this device are parked with this code; null if none is.</summary>
    public Task<DateTimeOffset?> ParkedUntilAsync(string code, CancellationToken cancellationToken) =>
        ReadAsync(rows => rows.Waiting().Where(m => m.Status == MessageStatus.Scheduled && m.ErrorCode == code).MaxAsync(m => (DateTimeOffset?)m.DueAt, cancellationToken), cancellationToken);

    public async Task<(int Pending, int Sending, int Scheduled, DateTimeOffset? Oldest)> CountAsync(CancellationToken cancellationToken)
    {
        var groups = await ReadAsync(
            rows => rows.Unsent()
                .GroupBy(m => m.Status).Select(g => new { Status = g.Key, Count = g.Count(), Oldest = g.Min(m => m.CreatedAt) }).ToListAsync(cancellationToken),
            cancellationToken);
        int Of(MessageStatus status) => groups.FirstOrDefault(g => g.Status == status)?.Count ?? 0;
        return (Of(MessageStatus.Queued), Of(MessageStatus.Sending), Of(MessageStatus.Scheduled),
            groups.Where(g => g.Status == MessageStatus.Queued).Select(g => (DateTimeOffset?)g.Oldest).SingleOrDefault());
    }

    /// <summary>Which of these WhatsApp ids belong to messages of ours already.</summary>
    public async Task<HashSet<string>> KnownIdsAsync(IReadOnlyCollection<string> ids) => await ReadAsync(
        rows => rows.Where(m => ids.Contains(m.WhatsappMessageId!)).Select(m => m.WhatsappMessageId!).ToHashSetAsync(), CancellationToken.None);

    /// <summary>Changes one message as it was read; null if its row has gone on meanwhile, and nothing was changed.</summary>
    public Task<Message?> MoveAsync(Message message, Action<Message> change) => writes.RunAsync(async db =>
    {
        var row = message.Copy();
        db.Attach(row);
        change(row);
        try
        {
            await db.SaveChangesAsync();
            return row;
        }
        catch (DbUpdateConcurrencyException)
        {
            return null;
        }
    });

    /// <summary>
    /// As <see cref="MoveAsync"/>, for the two moves that every message makes: one statement without the detour over the change tracker. Of what
    /// <paramref name="change"/> does, only what these moves need is stored.
    /// </summary>
    public async Task<Message?> StepAsync(Message message, Action<Message> change)
    {
        var row = message.Copy();
        change(row);
        var media = row.Media is null && message.Media is not null;
        var moved = await writes.RunAsync(async db =>
        {
            var rows = db.Messages.Where(m => m.Id == message.Id && m.Status == message.Status && m.Attempts == message.Attempts);
            var changed = await rows.ExecuteUpdateAsync(set => set
                .SetProperty(m => m.Status, row.Status)
                .SetProperty(m => m.SendingAt, row.SendingAt)
                .SetProperty(m => m.SentAt, row.SentAt)
                .SetProperty(m => m.WhatsappMessageId, row.WhatsappMessageId)
                .SetProperty(m => m.Attempts, row.Attempts)
                .SetProperty(m => m.ErrorCode, row.ErrorCode)
                .SetProperty(m => m.ErrorDetail, row.ErrorDetail)
                .SetProperty(m => m.Timeline, row.Timeline));
            if (changed == 1 && media)
            {
                await db.Messages.Where(m => m.Id == message.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Media, (MediaFile?)null));
            }

            return changed == 1;
        });
        return moved ? row : null;
    }

    /// <summary>Changes all messages that wait and that <paramref name="which"/> picks, and returns them; at most some hundred at a time.</summary>
    public Task<List<Message>> MoveWaitingAsync(Func<IQueryable<Message>, IQueryable<Message>> which, Action<Message> change) => writes.RunAsync(async db =>
    {
        var messages = await which(db.Messages.Where(m => m.PhoneNumber == phoneNumber).Waiting()).OrderBy(m => m.Id).Take(Chunk).ToListAsync();
        messages.ForEach(change);
        await db.SaveChangesAsync();
        return messages;
    });

    /// <summary>Applies a receipt to the messages that it names. Returns those that it moved, and the ids that nobody knows.</summary>
    public Task<(List<Message> Moved, List<string> Unknown)> ReceiveAsync(IReadOnlyCollection<string> ids, string? receiptType) => writes.RunAsync(async db =>
    {
        var messages = await db.Messages.Where(m => m.PhoneNumber == phoneNumber && ids.Contains(m.WhatsappMessageId!)).ToListAsync();
        var moved = new List<Message>();
        foreach (var message in messages)
        {
            if (ReceiptProgress.Next(message.Status, receiptType) is { } next)
            {
                var now = timeProvider.GetUtcNow();
                message.Status = next;
                message.DeliveredAt ??= now;
                message.ReadAt = next == MessageStatus.Read ? now : message.ReadAt;
                message.Note(next == MessageStatus.Read ? MessageHop.Read : MessageHop.Delivered, now);
                moved.Add(message);
            }
        }

        await db.SaveChangesAsync();
        return (moved, ids.Except(messages.Select(m => m.WhatsappMessageId!)).ToList());
    });

    private async Task<T> ReadAsync<T>(Func<IQueryable<Message>, Task<T>> query, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await query(db.Messages.AsNoTracking().Where(m => m.PhoneNumber == phoneNumber));
    }
}
