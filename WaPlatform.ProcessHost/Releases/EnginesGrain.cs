using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>The one in the cluster that begins rollouts and takes them from step to step. A step and a command wait for one another.</summary>
[Reentrant, KeepAlive]
internal sealed partial class EnginesGrain(
    IDbContextFactory<WaDbContext> databases, EngineInstallation installation, RolloutRunner runner, RolloutDesk desk, EngineUpdates updates, IOptions<RolloutOptions> options,
    TimeProvider timeProvider, ILogger<EnginesGrain> logger)
    : Grain, IEnginesGrain
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _turn = new(1);
    private Task? _keeping;

    public Task EnsureRunningAsync()
    {
        _keeping = _keeping is { IsCompleted: false } ? _keeping : KeepAsync();
        return Task.CompletedTask;
    }

    public Task CheckAsync() => ManagedAsync(() => InTurnAsync(async () =>
    {
        await updates.CheckAsync(_stopping.Token);
        return true;
    }));

    public Task<Guid> RollOutAsync(string version, IReadOnlyList<string>? canaries) =>
        ManagedAsync(() => InTurnAsync(() => desk.StartAsync(version, canaries, RolloutTrigger.Operator, _stopping.Token)));

    public Task<Guid> RollBackAsync() =>
        ManagedAsync(() => InTurnAsync(async () => await desk.TakeBackAsync(runner, _stopping.Token) ?? await desk.GoBackAsync(_stopping.Token)));

    public Task PinAsync(string? version) => ManagedAsync(() => InTurnAsync(async () =>
    {
        await desk.PinAsync(version, _stopping.Token);
        return true;
    }));

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await (_keeping ?? Task.CompletedTask);
        _stopping.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var goesOn = false;
            try
            {
                goesOn = await InTurnAsync(StepAsync);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                // By design: whatever went wrong in this step, the next one must come.
                Log.StepFailed(logger, exception);
            }

            if (!goesOn)
            {
                await Task.Delay(options.Value.StepInterval, timeProvider, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async Task<bool> StepAsync()
    {
        await updates.InstallFirstAsync(_stopping.Token);
        return await runner.StepAsync(_stopping.Token);
    }

    private async Task<T> ManagedAsync<T>(Func<Task<T>> command)
    {
        await using var db = await databases.CreateDbContextAsync(_stopping.Token);
        var hosts = await db.LivingHostEnginesAsync(timeProvider, _stopping.Token);
        return installation.IsManaged || hosts.Exists(host => host.IsManaged)
            ? await command()
            : throw new PlatformException(
                ErrorCode.EngineUnmanaged,
                installation.ConfiguredPath is { } path ? $"ENGINE_PATH names the engine ({path}); take that away, and the platform installs and exchanges it." : "The simulator that came along runs here; it has no releases.");
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> command)
    {
        await _turn.WaitAsync(_stopping.Token);
        try
        {
            return await command();
        }
        finally
        {
            _turn.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A step of the engine's rollout failed; the next one tries again.")]
        public static partial void StepFailed(ILogger logger, Exception exception);
    }
}
