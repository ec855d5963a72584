using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>The message rows of one device, as its pump reads and moves them. Each step is one statement that names the status it starts from.</summary>
internal sealed class MessageStore(string phoneNumber, IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
{
    private static readonly MessageStatus[] Waiting = [MessageStatus.Queued, MessageStatus.Scheduled];

    /// <summary>The next messages to send, in their order.</summary>
    public async Task<List<Message>> NextAsync(int count, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Messages.AsNoTracking()
            .Where(m => m.PhoneNumber == phoneNumber && Waiting.Contains(m.Status) && m.DueAt <= now)
            .OrderBy(m => m.Priority).ThenBy(m => m.Id).Take(count).ToListAsync(cancellationToken);
    }

    /// <summary>Messages whose sending was begun and not concluded by an earlier owner, or by a call that was cut off.</summary>
    public async Task<List<Message>> InDoubtAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Messages.AsNoTracking()
            .Where(m => m.PhoneNumber == phoneNumber && m.Status == MessageStatus.Sending).OrderBy(m => m.Id).ToListAsync(cancellationToken);
    }

    public async Task<(int Pending, int Sending, int Scheduled, DateTimeOffset? Oldest)> CountAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var groups = await database.Messages.AsNoTracking()
            .Where(m => m.PhoneNumber == phoneNumber && (Waiting.Contains(m.Status) || m.Status == MessageStatus.Sending))
            .GroupBy(m => m.Status).Select(g => new { Status = g.Key, Count = g.Count(), Oldest = g.Min(m => m.CreatedAt) }).ToListAsync(cancellationToken);
        int Of(MessageStatus status) => groups.FirstOrDefault(g => g.Status == status)?.Count ?? 0;
        return (Of(MessageStatus.Queued), Of(MessageStatus.Sending), Of(MessageStatus.Scheduled),
            groups.Where(g => g.Status == MessageStatus.Queued).Select(g => (DateTimeOffset?)g.Oldest).SingleOrDefault());
    }

    /// <summary>Claims a message for one attempt; false if somebody canceled it meanwhile.</summary>
    public async Task<bool> BeginAsync(Guid id)
    {
        await using var database = await databases.CreateDbContextAsync();
        return await database.Messages.Where(m => m.Id == id && Waiting.Contains(m.Status)).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.Status, MessageStatus.Sending)
            .SetProperty(m => m.SendingAt, timeProvider.GetUtcNow())
            .SetProperty(m => m.Attempts, m => m.Attempts + 1)) == 1;
    }

    public Task<Message?> SentAsync(Guid id, string whatsappMessageId, DateTimeOffset at) => MoveAsync(id, message =>
    {
        message.WhatsappMessageId = whatsappMessageId;
        message.SentAt ??= at;
        message.Status = MessageStatus.Sent;
        (message.ErrorCode, message.ErrorDetail) = (null, null);
    });

    public Task<Message?> AgainAsync(Guid id, string code, string detail, DateTimeOffset dueAt) => MoveAsync(id, message =>
    {
        message.Status = MessageStatus.Queued;
        message.DueAt = dueAt;
        (message.ErrorCode, message.ErrorDetail) = (code, detail);
    });

    public Task<Message?> FailedAsync(Guid id, string code, string detail) => MoveAsync(id, message =>
    {
        message.Status = MessageStatus.Failed;
        message.FailedAt = timeProvider.GetUtcNow();
        (message.ErrorCode, message.ErrorDetail) = (code, detail);
    });

    public Task<Message?> UncertainAsync(Guid id) => MoveAsync(id, message =>
    {
        message.Status = MessageStatus.Uncertain;
        (message.ErrorCode, message.ErrorDetail) = ("UNCERTAIN", "The engine ended before it said whether WhatsApp got the message.");
    });

    public async Task<Message?> FindAsync(Guid id)
    {
        await using var database = await databases.CreateDbContextAsync();
        return await database.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id && m.PhoneNumber == phoneNumber);
    }

    /// <summary>Which of these WhatsApp ids belong to messages of ours already.</summary>
    public async Task<HashSet<string>> KnownIdsAsync(IReadOnlyCollection<string> ids)
    {
        await using var database = await databases.CreateDbContextAsync();
        var known = await database.Messages.Where(m => m.PhoneNumber == phoneNumber && ids.Contains(m.WhatsappMessageId!)).Select(m => m.WhatsappMessageId!).ToListAsync();
        return [.. known];
    }

    /// <summary>Applies a receipt to the messages that it names. Returns those that it moved, and the ids that nobody knows.</summary>
    public async Task<(List<Message> Moved, List<string> Unknown)> ReceiveAsync(IReadOnlyCollection<string> ids, string? receiptType)
    {
        await using var database = await databases.CreateDbContextAsync();
        var messages = await database.Messages.Where(m => m.PhoneNumber == phoneNumber && ids.Contains(m.WhatsappMessageId!)).ToListAsync();
        var moved = new List<Message>();
        foreach (var message in messages)
        {
            if (ReceiptProgress.Next(message.Status, receiptType) is { } next)
            {
                var now = timeProvider.GetUtcNow();
                message.Status = next;
                message.DeliveredAt ??= now;
                message.ReadAt = next == MessageStatus.Read ? now : message.ReadAt;
                moved.Add(message);
            }
        }

        await database.SaveChangesAsync();
        return (moved, [.. ids.Except(messages.Select(m => m.WhatsappMessageId!))]);
    }

    // Only what is being sent may be concluded: a receipt may have been quicker, and then stands.
    private async Task<Message?> MoveAsync(Guid id, Action<Message> change)
    {
        await using var database = await databases.CreateDbContextAsync();
        var message = await database.Messages.SingleOrDefaultAsync(m => m.Id == id && m.Status == MessageStatus.Sending);
        if (message is not null)
        {
            change(message);
            await database.SaveChangesAsync();
        }

        return message;
    }
}
