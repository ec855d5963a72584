using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// Lets the sends of one device through, within its limits and in the order in which they ask: at most so many at once, at most so many starts in
/// an interval. The queue's sends and those through the proxy meet here. Runs on the grain's scheduler.
/// </summary>
/// <param name="settings">The limits as they are now.</param>
/// <param name="isOpen">False while nothing may be sent at all.</param>
internal sealed class SendGate(Func<QueueSettings> settings, Func<bool> isOpen, TimeProvider timeProvider) : IDisposable
{
    private readonly List<long> _starts = [];
    private readonly LinkedList<Waiter> _waiters = [];
    private readonly HashSet<SendTurn> _inside = [];
    private readonly TaskScheduler _scheduler = TaskScheduler.Current;
    private TimeSpan? _jitter;
    private ITimer? _timer;

    /// <summary>Waits for a turn; dispose it when the engine has answered.</summary>
    public Task<SendTurn> EnterAsync(CancellationToken cancellationToken) => EnterAsync(null, cancellationToken);

    /// <param name="longest">The turn ends by itself after so long, because who has it may be gone; null for never.</param>
    public Task<SendTurn> EnterAsync(TimeSpan? longest, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(longest);
        waiter.Place = _waiters.AddLast(waiter);
        Refresh();
        if (!waiter.Turn.Task.IsCompleted && cancellationToken.CanBeCanceled)
        {
            waiter.Giving = cancellationToken.UnsafeRegister(_ => OnScheduler(() => GiveUp(waiter)), null);
        }

        return waiter.Turn.Task;
    }

    /// <summary>Looks again at who may go: limits, or what <c>isOpen</c> says, have changed.</summary>
    public void Refresh()
    {
        _inside.RemoveWhere(turn => timeProvider.GetElapsedTime(turn.StartedAt) > turn.Longest);
        while (_waiters.First is { } first && Wait() is var wait)
        {
            if (wait is null)
            {
                return;
            }

            if (wait > TimeSpan.Zero)
            {
                _timer ??= timeProvider.CreateTimer(_ => OnScheduler(Refresh), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(wait.Value, Timeout.InfiniteTimeSpan);
                return;
            }

            _waiters.RemoveFirst();
            _jitter = null;
            var turn = new SendTurn(this, timeProvider.GetTimestamp(), first.Value.Longest);
            _starts.Add(turn.StartedAt);
            _inside.Add(turn);
            first.Value.Giving.Dispose();
            first.Value.Turn.TrySetResult(turn);
        }
    }

    /// <summary>The turn is over. One that was <paramref name="unused"/> does not count as a start.</summary>
    internal void Leave(SendTurn turn, bool unused)
    {
        if (_inside.Remove(turn))
        {
            if (unused)
            {
                _starts.Remove(turn.StartedAt);
            }

            Refresh();
        }
    }

    public void Dispose() => _timer?.Dispose();

    // Null: not before somebody leaves or the gate opens.
    private TimeSpan? Wait()
    {
        var limits = settings();
        if (!isOpen() || _inside.Count >= limits.Concurrency)
        {
            return null;
        }

        _starts.RemoveAll(start => timeProvider.GetElapsedTime(start) > TimeSpan.FromMilliseconds(limits.IntervalMs + limits.JitterMs));
        _jitter ??= TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * limits.JitterMs);
        return Pacing.Wait([.. _starts.Select(start => timeProvider.GetElapsedTime(start))], limits, _jitter.Value);
    }

    private void GiveUp(Waiter waiter)
    {
        if (waiter.Turn.TrySetCanceled())
        {
            _waiters.Remove(waiter.Place!);
        }
    }

    private void OnScheduler(Action action) => _ = Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    private sealed class Waiter(TimeSpan? longest)
    {
        public TimeSpan? Longest { get; } = longest;

        public TaskCompletionSource<SendTurn> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Place { get; set; }

        public CancellationTokenRegistration Giving { get; set; }
    }
}

/// <summary>A turn to send, until it is disposed.</summary>
internal sealed class SendTurn(SendGate gate, long startedAt, TimeSpan? longest) : IDisposable
{
    public long StartedAt { get; } = startedAt;

    public TimeSpan? Longest { get; } = longest;

    /// <summary>Nothing was sent: the next one need not keep its distance.</summary>
    public void Return() => gate.Leave(this, unused: true);

    public void Dispose() => gate.Leave(this, unused: false);
}
