namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Plays every set-up of the recording once, a few at a time: most of their time is waiting for a process.</summary>
public sealed class ReplayedRecording : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(80);

    private readonly CancellationTokenSource _stop = new(Limit);
    private readonly SemaphoreSlim _places = new(6);
    private readonly Dictionary<string, Task<Outcome>> _outcomes;

    public ReplayedRecording()
    {
        // The slowest first, or the others would be waited for twice.
        _outcomes = RecordedSetup.All.Reverse().ToDictionary(setup => setup.Name, PlayAsync);
    }

    internal Task<Outcome> OutcomeAsync(string setup) => _outcomes[setup];

    internal Task<Outcome[]> AllAsync() => Task.WhenAll(_outcomes.Values);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await AllAsync();
        _stop.Dispose();
        _places.Dispose();
    }

    private async Task<Outcome> PlayAsync(RecordedSetup setup)
    {
        await _places.WaitAsync(CancellationToken.None);
        await using var replay = new Replay(setup.Start, _stop.Token);
        try
        {
            await setup.PlayAsync(replay, setup.Exchanges);
            replay.CheckFrames();
        }
        catch (Exception broken)
        {
            // By design: a replay that broke off is one mismatch more, shown with those before it.
            replay.Mismatches.Add($"Broke off after {replay.Replayed.Count} exchanges: {broken}");
        }
        finally
        {
            _places.Release();
        }

        return new Outcome([.. replay.Replayed], [.. replay.Mismatches]);
    }

    internal sealed record Outcome(int[] Replayed, string[] Mismatches);
}
