using System.Diagnostics;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// Sends the messages of one device, in their order and within its limits. The rows are the truth: a message is marked before the engine is
/// called and concluded after, so that a crash leaves at most the one question which <see cref="DoubtResolver"/> answers. Runs on the grain's scheduler.
/// </summary>
internal sealed partial class MessagePump(
    DeviceSupervisor supervisor, DeviceCondition condition, DeviceRecord record, SendQueue queue, SendGate gate, SendPauses pauses, MessagesInHand inHand, MessageMoves moves,
    DoubtResolver doubts, ReachoutLock reachout, OutboxSweep sweep, Outcomes outcomes, MessageMetrics metrics, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan DoubtInterval = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private Task? _waking;
    private Task<SendTurn>? _entering;
    private long? _connectedAt;

    /// <summary>No message is taken while the engine is about to be stopped.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>There may be something to do.</summary>
    public void Wake()
    {
        if (condition.State != DeviceState.Connected)
        {
            _connectedAt = null;
        }
        else if (_connectedAt is null)
        {
            _connectedAt = timeProvider.GetTimestamp();
            pauses.Available();
        }

        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }

        gate.Refresh();
    }

    /// <summary>Messages were stored that the index may not have.</summary>
    public void WakeUnindexed()
    {
        queue.Distrust();
        Wake();
    }

    /// <summary>WhatsApp told of a message: at once, because it tells once, and this process may end before the next look.</summary>
    public void WakeForDoubts()
    {
        if (doubts.Any)
        {
            Wake();
        }
    }

    /// <summary>Waits for the outcome of a message, and returns it when there is one or the time is over; at once where none can come.</summary>
    public Task<MessageView?> SubmitAsync(Guid id, TimeSpan wait)
    {
        Wake();
        var waits = condition.State is not (DeviceState.Stopped or DeviceState.Pairing or DeviceState.LoggedOut or DeviceState.Failed) && !record.Device.QueuePaused;
        return outcomes.WaitAsync(id, waits ? wait : TimeSpan.Zero);
    }

    /// <summary>Runs until <paramref name="stoppingToken"/>; <see cref="HoldAsync"/> first lets what is under way come to its end.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        // It outlives the call that woke the owner, and is no part of that one's trace.
        Activity.Current = null;
        inHand.Ended += Wake;
        while (!stoppingToken.IsCancellationRequested)
        {
            var idle = OutboxSweep.Interval;
            try
            {
                idle = await StepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // By design: whatever went wrong with one message, the number's others must go on being sent. It may be marked as being sent by now.
                Log.StepFailed(logger, exception);
                sweep.Distrust();
                idle = DoubtInterval;
            }

            await WaitAsync(idle, stoppingToken);
        }

        await inHand.AllEndedAsync();
    }

    /// <summary>Takes no further message, and waits a while for those that the engine has in hand.</summary>
    public async Task HoldAsync(TimeSpan patience)
    {
        IsHeld = true;
        await inHand.AllEndedAsync().WaitAsync(patience, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Release()
    {
        IsHeld = false;
        Wake();
    }

    // Sends what may be sent; returns for how long there is nothing to do unless something happens.
    private async Task<TimeSpan> StepAsync(CancellationToken stoppingToken)
    {
        await sweep.SweepAsync(stoppingToken);
        while (supervisor.Ready is { } session && !IsHeld)
        {
            if (doubts.Any)
            {
                await doubts.ResolveAsync(session, _connectedAt is { } at ? timeProvider.GetElapsedTime(at) : null, inHand.Chats);
            }

            var pause = pauses.Left;
            if (!CanSend(session) || pause > TimeSpan.Zero)
            {
                await ReturnTurnAsync();
                return doubts.Any ? DoubtInterval : pause > TimeSpan.Zero ? Shorter(pause, OutboxSweep.Interval) : OutboxSweep.Interval;
            }

            // While something is under way, what comes after it is looked up when its turn comes.
            var ended = inHand.EndedCount;
            var next = !inHand.Any ? await PeekAsync(stoppingToken) : null;
            if (next is null && !inHand.Any)
            {
                await ReturnTurnAsync();
                return Idle();
            }

            _entering ??= gate.EnterAsync(stoppingToken);
            if (!_entering.IsCompleted)
            {
                await WaitAsync(doubts.Any ? DoubtInterval : OutboxSweep.Interval, stoppingToken);
                await sweep.SweepAsync(stoppingToken);
                if (!_entering.IsCompleted)
                {
                    continue;
                }

                next = null;
            }

            // What is next may have changed while the turn came.
            next = ended == inHand.EndedCount ? next : null;
            var turn = await _entering;
            _entering = null;
            if (!await UseAsync(turn, next, stoppingToken))
            {
                return Idle();
            }
        }

        await ReturnTurnAsync();
        return doubts.Any ? DoubtInterval : OutboxSweep.Interval;
    }

    // An attempt that ends meanwhile may go back to its place, or be in doubt and hold back what comes after it.
    private async Task<Message?> PeekAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var ended = inHand.EndedCount;
            var next = await queue.PeekAsync(BlockedLanes(), stoppingToken);
            if (ended == inHand.EndedCount)
            {
                return next;
            }
        }
    }

    // A turn that came when nothing can be sent any more is not kept from others.
    private async Task ReturnTurnAsync()
    {
        if (_entering is { IsCompletedSuccessfully: true })
        {
            (await _entering).Return();
            _entering = null;
        }
    }

    // False if there is nothing to send.
    private async Task<bool> UseAsync(SendTurn turn, Message? next, CancellationToken stoppingToken)
    {
        var isUsed = false;
        try
        {
            if (supervisor.Ready is not { } session || !CanSend(session) || (next ?? await PeekAsync(stoppingToken)) is not { } message)
            {
                return false;
            }

            if (await BeginAsync(session, message) is { } begun)
            {
                isUsed = true;
                inHand.Start(session, begun, turn);
            }

            return true;
        }
        finally
        {
            if (!isUsed)
            {
                turn.Return();
            }
        }
    }

    private async Task<Message?> BeginAsync(EngineSession session, Message message)
    {
        var now = timeProvider.GetUtcNow();
        if (message.ExpiresAt <= now)
        {
            await moves.ExpireAsync();
            queue.Remove(message.Id);
            return null;
        }

        if (await reachout.HoldsAsync(session, message))
        {
            await moves.ParkedAsync(message, reachout.Until ?? now, "Waits until the number may write to strangers again.");
            return null;
        }

        var begun = await moves.BeginAsync(message);
        if (begun is not null && IsHeld)
        {
            // The engine is about to be stopped, and was not given it.
            await moves.AgainAsync(begun, null, "The engine is being stopped.", now, counts: false);
            return null;
        }

        if (begun is { Attempts: 1 })
        {
            metrics.Begun(now - (message.ScheduledAt > message.CreatedAt ? message.ScheduledAt.Value : message.CreatedAt));
        }

        return begun;
    }

    private bool CanSend(EngineSession session) =>
        !IsHeld && !record.Device.QueuePaused && condition.State == DeviceState.Connected && !session.Ended.IsCancellationRequested;

    private HashSet<int> BlockedLanes() => [.. pauses.Lanes(), .. doubts.Lanes];

    private TimeSpan Idle()
    {
        var idle = doubts.Any ? DoubtInterval : OutboxSweep.Interval;
        idle = pauses.NextLane is { } lane ? Shorter(lane, idle) : idle;
        return queue.NextDueAt is { } due ? Shorter(due - timeProvider.GetUtcNow(), idle) : idle;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : one < other ? one : other;

    // Until there may be something to do, a turn comes, or the time is over.
    private async Task WaitAsync(TimeSpan idle, CancellationToken stoppingToken)
    {
        _waking ??= _wake.WaitAsync(stoppingToken);
        var either = _entering is null ? _waking : Task.WhenAny(_waking, _entering);
        await either.WaitAsync(idle, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_waking.IsCompleted)
        {
            _waking = null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A step of the message queue failed; the next one tries again.")]
        public static partial void StepFailed(ILogger logger, Exception exception);
    }
}
