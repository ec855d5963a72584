using Orleans.Concurrency;
using WaPlatform.Contracts.Cleanup;

namespace WaPlatform.Jobs.Cleanup;

/// <summary>One round at a time.</summary>
[Reentrant]
internal sealed class CleanupGrain(PlatformCleanup cleanup) : Grain, ICleanupGrain
{
    private readonly Dictionary<bool, Task<CleanupReport>> _rounds = [];

    public Task<CleanupReport> RunAsync(bool dryRun)
    {
        if (!_rounds.TryGetValue(dryRun, out var round) || round.IsCompleted)
        {
            _rounds[dryRun] = round = Task.Run(() => cleanup.RunAsync(dryRun, CancellationToken.None));
        }

        return round;
    }
}
