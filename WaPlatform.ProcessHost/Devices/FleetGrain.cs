using Microsoft.EntityFrameworkCore;
using Orleans.Concurrency;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Wakes the owner of every device that wants to run, again and again: at start, and after the death of a host (architecture §3).</summary>
[Reentrant, KeepAlive]
internal sealed partial class FleetGrain(IDbContextFactory<WaDbContext> databases, EngineHost host, Placement placement, ILogger<FleetGrain> logger) : Grain, IFleetGrain
{
    private const int RoundsBetweenAll = 15;
    private static readonly TimeSpan KeepLostHosts = TimeSpan.FromDays(1);
    private static readonly TimeSpan WakePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private Task? _keeping;
    private Task _moving = Task.CompletedTask;
    private int _round;

    public Task EnsureRunningAsync()
    {
        _keeping = _keeping is { IsCompleted: false } ? _keeping : KeepAsync();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await (_keeping ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _moving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _stopping.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await WakeAllAsync();
                if (host.IsOneOfMany && _moving.IsCompleted)
                {
                    // Beside the rounds: an engine that takes its time to end must not keep others down.
                    await _moving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                    _moving = MoveSomeAsync();
                }
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
        // Almost always those of a host that is gone; sometimes all of them, in case that an owner was lost in a way that nobody thought of.
        var all = _round++ % RoundsBetweenAll == 0;
        List<string> wanted;
        await using (var database = await databases.CreateDbContextAsync(_stopping.Token))
        {
            var now = await database.GetClockAsync(host.TimeProvider, _stopping.Token);
            var running = database.Devices.Where(d => d.Desired == DesiredState.Running && (all || !database.Hosts.Any(h => h.Id == d.OwnerHost && h.LeaseUntil > now)))
                .Select(d => d.PhoneNumber);

            if (all)
            {
                // Nobody looks for a host that has been gone for so long.
                var forgotten = now - KeepLostHosts;
                await database.Hosts.Where(h => h.LeaseUntil < forgotten).ExecuteDeleteAsync(_stopping.Token);
            }

            // A device that nobody wants to run has an owner, too, while messages of it have to be ended.
            var expiring = database.Messages.Waiting().Where(m => m.ExpiresAt <= now).Select(m => m.PhoneNumber);
            wanted = await running.Union(expiring).ToListAsync(_stopping.Token);
        }

        // The engines themselves start as many at a time as their host allows; this only bounds the calls.
        foreach (var some in wanted.Chunk(50))
        {
            await Task.WhenAll(some.Select(WakeAsync));
        }
    }

    // Each is away from WhatsApp for a few seconds: some now, some in the next round.
    private async Task MoveSomeAsync()
    {
        try
        {
            var moves = await placement.PlanMovesAsync(host.Supervision.MovesAtOnce, _stopping.Token);
            await Task.WhenAll(moves.Select(MoveAsync));
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // By design: as above.
            Log.RoundFailed(logger, exception);
        }
    }

    private async Task MoveAsync(PlannedMove move)
    {
        try
        {
            Log.Moving(logger, PhoneNumber.Parse(move.PhoneNumber).Masked, move.From, move.To);
            var device = GrainFactory.GetGrain<IDeviceGrain>(move.PhoneNumber);
            await device.HandOverAsync();
            await device.EnsureActiveAsync();

            // So that no more than one round's devices are away from WhatsApp.
            await device.WaitReadyAsync(ReadyPatience).WaitAsync(_stopping.Token);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // By design: the plan is in its row, and the next round comes back to it.
            Log.MoveFailed(logger, exception, PhoneNumber.Parse(move.PhoneNumber).Masked);
        }
    }

    private async Task WakeAsync(string phoneNumber)
    {
        try
        {
            // A call that hangs, at a host that has just died, must not keep the next round from coming.
            await GrainFactory.GetGrain<IDeviceGrain>(phoneNumber).EnsureActiveAsync().WaitAsync(WakePatience, host.TimeProvider, _stopping.Token);
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

        [LoggerMessage(3, LogLevel.Information, "Moving device {Phone} from host {From} to {To}.")]
        public static partial void Moving(ILogger logger, string phone, string from, string to);

        [LoggerMessage(4, LogLevel.Warning, "Device {Phone} could not be moved; the next round tries again.")]
        public static partial void MoveFailed(ILogger logger, Exception exception, string phone);

        [LoggerMessage(2, LogLevel.Warning, "Device {Phone} could not be woken; the next round tries again.")]
        public static partial void WakeFailed(ILogger logger, Exception exception, string phone);
    }
}
