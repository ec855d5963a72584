namespace WaPlatform.ProcessHost.Messages;

/// <summary>The turns of sends that go past the queue, through the proxy: lent to a gateway, which may die with them. Runs on the grain's scheduler.</summary>
internal sealed class ProxyTurns(SendGate gate, Func<bool> isPaused, TimeProvider timeProvider, CancellationToken stopping)
{
    // Longer than an engine takes for any call.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(3);

    private readonly Dictionary<Guid, SendTurn> _lent = [];

    /// <summary>Waits for a turn; null if there was none in time, or none will come.</summary>
    public async Task<Guid?> EnterAsync(TimeSpan patience)
    {
        if (isPaused())
        {
            return null;
        }

        foreach (var (old, _) in _lent.Where(lent => timeProvider.GetElapsedTime(lent.Value.StartedAt) > LongestTurn).ToList())
        {
            _lent.Remove(old);
        }

        using var limit = new CancellationTokenSource(patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            var turn = await gate.EnterAsync(LongestTurn, either.Token);
            var id = Guid.NewGuid();
            _lent.Add(id, turn);
            return id;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Leave(Guid id)
    {
        if (_lent.Remove(id, out var turn))
        {
            turn.Dispose();
        }
    }
}
