namespace WaPlatform.ProcessHost.Messages;

/// <summary>What must happen in an outbox from time to time, whether or not anything can be sent. Runs on the grain's scheduler.</summary>
internal sealed class OutboxSweep(
    SendQueue queue, SendGate gate, MessageMoves moves, DoubtResolver doubts, ReachoutLock reachout, MessagesInHand inHand, TimeProvider timeProvider)
{
    /// <summary>No message waits longer for what nobody tells of.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);

    private long _swept;
    private long _checked;
    private bool _isLoaded;

    /// <summary>Something broke between two steps: messages may be marked as being sent that nobody has in hand.</summary>
    public void Distrust() => _isLoaded = false;

    /// <summary>Does what is due; to be called often.</summary>
    public async Task SweepAsync(CancellationToken stoppingToken)
    {
        if (!_isLoaded)
        {
            await doubts.LoadAsync(inHand.Ids, stoppingToken);
            _isLoaded = true;
        }

        if (_swept != 0 && timeProvider.GetElapsedTime(_swept) < Interval)
        {
            return;
        }

        _swept = timeProvider.GetTimestamp();
        gate.Refresh();
        await moves.ExpireAsync();
        await reachout.LookAsync(stoppingToken);
        if (timeProvider.GetElapsedTime(_checked) > CheckInterval)
        {
            _checked = timeProvider.GetTimestamp();
            await queue.CheckAsync(stoppingToken);
            await doubts.LoadAsync(inHand.Ids, stoppingToken);
        }
    }
}
