using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Those who wait for what becomes of a message. Runs on the grain's scheduler.</summary>
/// <param name="stopping">This owner lets go of the device: who waits is told how it is by then.</param>
internal sealed class Outcomes(MessageStore store, TimeProvider timeProvider, CancellationToken stopping)
{
    // A message may be sent before its sender asks for it; this many are remembered for that.
    private const int Remembered = 1000;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, List<TaskCompletionSource<MessageView>>> _waiters = [];
    private readonly Dictionary<Guid, MessageView> _recent = [];
    private readonly Queue<Guid> _order = [];

    /// <summary>Waits for an outcome, and returns the message as it is when there is one or the time is over; null if there is no such message.</summary>
    public async Task<MessageView?> WaitAsync(Guid id, TimeSpan wait)
    {
        if (_recent.TryGetValue(id, out var known))
        {
            return known;
        }

        var waiter = new TaskCompletionSource<MessageView>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.TryAdd(id, []);
        _waiters[id].Add(waiter);
        try
        {
            for (var (start, look) = (timeProvider.GetTimestamp(), FirstLook); ; look = LookInterval)
            {
                var left = wait - timeProvider.GetElapsedTime(start);
                var patience = left < TimeSpan.Zero ? TimeSpan.Zero : left < look ? left : look;
                await ((Task)waiter.Task.WaitAsync(patience, timeProvider, stopping)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                if (waiter.Task.IsCompletedSuccessfully)
                {
                    return await waiter.Task;
                }

                // An earlier owner may have concluded it, or it waits for its time.
                var message = await store.FindAsync(id);
                if (message is null || HasOutcome(message.Status) || left <= look || stopping.IsCancellationRequested)
                {
                    return message?.ToView();
                }
            }
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
        if (!HasOutcome(message.Status))
        {
            _recent.Remove(message.Id);
            return;
        }

        var view = message.ToView();
        if (_recent.TryAdd(message.Id, view))
        {
            _order.Enqueue(message.Id);
        }

        if (_order.Count > Remembered)
        {
            _recent.Remove(_order.Dequeue());
        }

        if (_waiters.Remove(message.Id, out var waiters))
        {
            waiters.ForEach(waiter => waiter.TrySetResult(view));
        }
    }

    // Parked counts: nobody waits for hours.
    private static bool HasOutcome(MessageStatus status) => status is not (MessageStatus.Queued or MessageStatus.Sending);
}
