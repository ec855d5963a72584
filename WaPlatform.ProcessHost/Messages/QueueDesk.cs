using WaPlatform.Contracts;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>What people ask of a device's queue: to take messages back, or to send them again.</summary>
internal sealed class QueueDesk(MessageStore store, SendQueue queue, MessagePump pump, Outcomes outcomes, MessageTeller teller, MediaStore media, TimeProvider timeProvider)
{
    /// <summary>Takes a waiting message back. Faults: MESSAGE_NOT_FOUND, MESSAGE_STATE_CONFLICT.</summary>
    public async Task<MessageView> CancelAsync(Guid id)
    {
        var message = await FindAsync(id);
        if (message.Status == MessageStatus.Canceled)
        {
            return message.ToView();
        }

        var canceled = message.Status is MessageStatus.Queued or MessageStatus.Scheduled ? await store.MoveAsync(message, Cancel) : null;
        if (canceled is null)
        {
            throw Conflict((await FindAsync(id)).Status, "Only a message that waits can be canceled");
        }

        Forget([canceled], [message]);
        return canceled.ToView();
    }

    /// <summary>Takes back all that waits; returns how many.</summary>
    public async Task<int> PurgeAsync()
    {
        for (var total = 0; ;)
        {
            var files = new List<Message>();
            var canceled = await store.MoveWaitingAsync(rows => rows, message =>
            {
                files.Add(message.Copy());
                Cancel(message);
            });
            if (canceled.Count == 0)
            {
                return total;
            }

            total += canceled.Count;
            Forget(canceled, files);
        }
    }

    /// <summary>Puts a message that was given up into the queue again. Faults: MESSAGE_NOT_FOUND, MESSAGE_STATE_CONFLICT.</summary>
    public async Task<MessageView> RetryAsync(Guid id)
    {
        var message = await FindAsync(id);
        if (message.Media is null && message.Type is MessageType.Image or MessageType.Video or MessageType.File or MessageType.Audio or MessageType.Sticker)
        {
            throw new PlatformException(ErrorCode.MessageStateConflict, "Its file is not kept any more; send it anew.");
        }

        var again = message.Status is MessageStatus.Failed or MessageStatus.Uncertain ? await store.MoveAsync(message, row =>
        {
            var now = timeProvider.GetUtcNow();
            row.Status = MessageStatus.Queued;
            row.DueAt = now;
            row.Failures = 0;
            (row.ErrorCode, row.ErrorDetail, row.FailedAt) = (null, null, null);
            row.Note(MessageHop.Retried, now);
        }) : null;
        if (again is null)
        {
            throw Conflict((await FindAsync(id)).Status, "Only a message that failed or is uncertain can be sent again");
        }

        teller.Tell(again);
        await queue.AddAsync(again);
        pump.Wake();
        return again.ToView();
    }

    private void Cancel(Message message)
    {
        message.Status = MessageStatus.Canceled;
        message.Media = null;
        message.Note(MessageHop.Canceled, timeProvider.GetUtcNow());
    }

    private void Forget(IReadOnlyList<Message> messages, IReadOnlyList<Message> before)
    {
        foreach (var message in messages)
        {
            queue.Remove(message.Id);
            teller.Tell(message);
            outcomes.Tell(message);
        }

        foreach (var file in before.Select(message => message.Media).OfType<MediaFile>())
        {
            media.Delete(file.Key);
        }
    }

    private async Task<Message> FindAsync(Guid id) =>
        await store.FindAsync(id) ?? throw new PlatformException(ErrorCode.MessageNotFound, "No message of this device has that id.");

    private static PlatformException Conflict(MessageStatus status, string rule) =>
        new(ErrorCode.MessageStateConflict, $"{rule}; this one is {WireJson.NameOf(status)}.");
}
