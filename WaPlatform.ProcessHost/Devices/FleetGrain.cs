using Microsoft.EntityFrameworkCore;
using Orleans.Concurrency;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Wakes the owner of every device that wants to run, again and again: at start, and after the death of a host (architecture §3).</summary>
[Reentrant, KeepAlive]
internal sealed partial class FleetGrain(IDbContextFactory<WaDbContext> databases, EngineHost host, ILogger<FleetGrain> logger) : Grain, IFleetGrain
{
    private readonly CancellationTokenSource _stopping = new();
    private Task? _keeping;

    public Task EnsureRunningAsync()
    {
        _keeping = _keeping is { IsCompleted: false } ? _keeping : KeepAsync();
        return Task.CompletedTask;
    }

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
            try
            {
                await WakeAllAsync();
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                // By design: whatever went wrong in this round, the next one must come.
                Log.RoundFailed(logger, exception);
            }

            await Task.Delay(host.Supervision.FleetInterval, host.TimeProvider, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task WakeAllAsync()
    {
        List<string> wanted;
        await using (var database = await databases.CreateDbContextAsync(_stopping.Token))
        {
            var running = database.Devices.Where(d => d.Desired == DesiredState.Running).Select(d => d.PhoneNumber);

            // A device that nobody wants to run has an owner, too, while messages of it have to be ended.
            var now = host.TimeProvider.GetUtcNow();
            var expiring = database.Messages.Waiting().Where(m => m.ExpiresAt <= now).Select(m => m.PhoneNumber);
            wanted = await running.Union(expiring).ToListAsync(_stopping.Token);
        }

        // The engines themselves start as many at a time as their host allows; this only bounds the calls.
        foreach (var some in wanted.Chunk(50))
        {
            await Task.WhenAll(some.Select(WakeAsync));
        }
    }

    private async Task WakeAsync(string phoneNumber)
    {
        try
        {
            await GrainFactory.GetGrain<IDeviceGrain>(phoneNumber).EnsureActiveAsync();
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // By design: one device that can't be woken must not keep the others asleep.
            Log.WakeFailed(logger, exception, PhoneNumber.Parse(phoneNumber).Masked);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Waking the devices failed; the next round tries again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Device {Phone} could not be woken; the next round tries again.")]
        public static partial void WakeFailed(ILogger logger, Exception exception, string phone);
    }
}
