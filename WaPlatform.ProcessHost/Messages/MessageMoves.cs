using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// Moves a message on: first its row, then the queue, those who wait, and everybody who listens. What WhatsApp has must be noted, however long
/// the database takes: forgetting it would send it twice. Runs on the grain's scheduler.
/// </summary>
internal sealed partial class MessageMoves(
    MessageStore store, SendQueue queue, Outcomes outcomes, MessageTeller teller, MediaStore media, TimeProvider timeProvider, ILogger logger, CancellationToken stopping)
{
    private static readonly TimeSpan StorageRetry = TimeSpan.FromSeconds(1);

    /// <summary>Claims a message for one attempt; null if it does not wait any more.</summary>
    public async Task<Message?> BeginAsync(Message message)
    {
        var now = timeProvider.GetUtcNow();
        var begun = await store.StepAsync(message, row =>
        {
            row.Status = MessageStatus.Sending;
            row.SendingAt = now;
            row.Attempts++;
            (row.ErrorCode, row.ErrorDetail) = (null, null);
            row.Note(MessageHop.Attempt, now);
        });
        queue.Remove(message.Id);
        return begun;
    }

    /// <summary>WhatsApp has it.</summary>
    public Task<Message?> SentAsync(Message message, string? whatsappMessageId, DateTimeOffset at) => MoveAsync(
        message,
        row =>
        {
            row.Status = MessageStatus.Sent;
            row.WhatsappMessageId = whatsappMessageId;
            row.SentAt = at;
            row.Media = null;
            (row.ErrorCode, row.ErrorDetail) = (null, null);
            row.Note(MessageHop.Sent, at);
        },
        store.StepAsync);

    /// <summary>It will not be sent.</summary>
    public Task<Message?> FailedAsync(Message message, string code, string detail) => MoveAsync(message, row =>
    {
        row.Status = MessageStatus.Failed;
        row.FailedAt = timeProvider.GetUtcNow();
        (row.ErrorCode, row.ErrorDetail) = (code, detail);
        row.Note(MessageHop.Failed, row.FailedAt.Value, code, detail);
    });

    /// <summary>Back into the queue, to be tried again.</summary>
    /// <param name="dueAt">Not earlier than then.</param>
    /// <param name="counts">The attempt failed for something about this message.</param>
    public Task<Message?> AgainAsync(Message message, string? code, string? detail, DateTimeOffset dueAt, bool counts) => MoveAsync(message, row =>
    {
        row.Status = MessageStatus.Queued;
        row.DueAt = dueAt;
        row.Failures += counts ? 1 : 0;
        (row.ErrorCode, row.ErrorDetail) = (code, detail);
        row.Note(code is null ? MessageHop.Queued : MessageHop.EngineAnswer, timeProvider.GetUtcNow(), code, detail);
    });

    /// <summary>To wait until the number may write to strangers again.</summary>
    public Task<Message?> ParkedAsync(Message message, DateTimeOffset until, string detail) => MoveAsync(message, row =>
    {
        row.Status = MessageStatus.Scheduled;
        row.DueAt = until;
        (row.ErrorCode, row.ErrorDetail) = (EngineCodes.ReachoutTimelock, detail);
        row.Note(MessageHop.Parked, timeProvider.GetUtcNow(), EngineCodes.ReachoutTimelock, detail);
    });

    /// <summary>The engine did not say whether it sent it; the message stays where it is until that is found out, by this owner or the next.</summary>
    public Task<Message?> DoubtedAsync(Message message, bool acknowledged, string? code, string? detail) => MoveAsync(
        message,
        row =>
        {
            (row.ErrorCode, row.ErrorDetail) = (acknowledged ? code : DoubtResolver.Unacknowledged, detail);
            row.Note(MessageHop.InDoubt, timeProvider.GetUtcNow(), code, detail);
        },
        store.MoveAsync,
        tells: false);

    /// <summary>Nobody can tell whether WhatsApp has it.</summary>
    public Task<Message?> UncertainAsync(Message message) => MoveAsync(message, row =>
    {
        row.Status = MessageStatus.Uncertain;
        (row.ErrorCode, row.ErrorDetail) = ("UNCERTAIN", "It is not known whether WhatsApp got the message; retry sends it again.");
        row.Note(MessageHop.Uncertain, timeProvider.GetUtcNow(), row.ErrorCode);
    });

    /// <summary>Ends the messages whose time is over before they were sent.</summary>
    public async Task ExpireAsync()
    {
        var now = timeProvider.GetUtcNow();
        List<MediaFile> files;
        List<Message> expired;
        do
        {
            files = [];
            expired = await store.MoveWaitingAsync(rows => rows.Where(m => m.ExpiresAt != null && m.ExpiresAt <= now), message =>
            {
                files.AddRange(message.Media is { } file ? [file] : []);
                message.Status = MessageStatus.Expired;
                message.Media = null;
                message.Note(MessageHop.Expired, now);
            });
            expired.ForEach(message => Tell(message, []));
            files.ForEach(file => media.Delete(file.Key));
        }
        while (expired.Count > 0);
    }

    private Task<Message?> MoveAsync(Message message, Action<Message> change) => MoveAsync(message, change, store.MoveAsync);

    private async Task<Message?> MoveAsync(Message message, Action<Message> change, Func<Message, Action<Message>, Task<Message?>> move, bool tells = true)
    {
        while (true)
        {
            try
            {
                var moved = await move(message, change);
                if (moved is not null && tells)
                {
                    if (moved.Status is MessageStatus.Queued or MessageStatus.Scheduled)
                    {
                        await queue.AddAsync(moved);
                    }

                    Tell(moved, message.Media is { } file && moved.Media is null ? [file] : []);
                }

                return moved;
            }
            catch (Exception exception) when (exception.IsDatabaseUnavailable() && !stopping.IsCancellationRequested)
            {
                Log.StorageFailed(logger, exception);
                await Task.Delay(StorageRetry, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private void Tell(Message message, IReadOnlyList<MediaFile> done)
    {
        if (message.Status is not (MessageStatus.Queued or MessageStatus.Scheduled))
        {
            queue.Remove(message.Id);
        }

        teller.Tell(message);
        outcomes.Tell(message);
        foreach (var file in done)
        {
            media.Delete(file.Key);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The database did not take a step of the message queue; trying again.")]
        public static partial void StorageFailed(ILogger logger, Exception exception);
    }
}
