using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Those who wait for what becomes of a message. Runs on the grain's scheduler.</summary>
internal sealed class Outcomes(MessageStore store, TimeProvider timeProvider)
{
    private readonly Dictionary<Guid, List<TaskCompletionSource<MessageStatus>>> _waiters = [];

    /// <summary>Waits for an outcome, and returns the status when there is one or the time is over.</summary>
    public async Task<MessageStatus> WaitAsync(Guid id, TimeSpan wait)
    {
        var waiter = new TaskCompletionSource<MessageStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.TryAdd(id, []);
        _waiters[id].Add(waiter);
        try
        {
            // Looked up after the waiter stands: the pump may have been quicker than this call.
            var status = (await store.FindAsync(id))?.Status ?? MessageStatus.Queued;
            return wait <= TimeSpan.Zero || status > MessageStatus.Sending ? status : await waiter.Task.WaitAsync(wait, timeProvider);
        }
        catch (TimeoutException)
        {
            return (await store.FindAsync(id))?.Status ?? MessageStatus.Queued;
        }
        finally
        {
            if (_waiters.TryGetValue(id, out var others) && others.Remove(waiter) && others.Count == 0)
            {
                _waiters.Remove(id);
            }
        }
    }

    /// <summary>A message came into a status; one that goes back into the queue has no outcome yet.</summary>
    public void Tell(Message message)
    {
        if (message.Status != MessageStatus.Queued && _waiters.Remove(message.Id, out var waiters))
        {
            waiters.ForEach(waiter => waiter.TrySetResult(message.Status));
        }
    }
}
