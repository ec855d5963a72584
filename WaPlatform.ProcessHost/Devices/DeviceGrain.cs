using Microsoft.EntityFrameworkCore;
using Orleans.Concurrency;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// The one owner of a device. Reentrant: a question for its state must not wait behind a QR code that WhatsApp takes seconds for. All code
/// below runs on the activation's own scheduler, one piece at a time, so what lies between two awaits is not interrupted.
/// </summary>
[Reentrant, KeepAlive, PlannedPlacement]
internal sealed partial class DeviceGrain(
    IDbContextFactory<WaDbContext> databases, GroupCommit commits, EngineHost host, Placement placement, DeviceOwnerFactory owners, OwnedDevices owned, ILogger<DeviceGrain> logger) : Grain, IDeviceGrain
{
    private readonly SemaphoreSlim _taking = new(1);
    private DeviceOwner? _owner;

    private string PhoneNumber => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TakeAsync(cancellationToken);
        }
        catch (PlatformException)
        {
            // Another host's for now. The call that woke this activation asks again, and is told.
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => ReleaseAsync();

    public async Task EnsureActiveAsync()
    {
        try
        {
            await TakeAsync(CancellationToken.None);
        }
        catch (PlatformException)
        {
            // The lease of its former owner runs still; the keeper comes again.
            Leave();
        }
    }

    public async Task WaitReadyAsync(TimeSpan patience)
    {
        try
        {
            await (await OwnerAsync()).Supervisor.ReadyAsync(patience);
        }
        catch (PlatformException)
        {
            // There is nothing to wait for.
        }
    }

    public async Task<DeviceLive> GetLiveAsync() => await (await OwnerAsync()).GetLiveAsync();

    public async Task<DeviceLive> StartAsync()
    {
        try
        {
            return await CommandAsync(owner => owner.StartAsync());
        }
        catch (PlatformException full) when (full.Code == ErrorCode.CapacityExhausted && host.IsOneOfMany)
        {
            if (!await placement.PlaceElsewhereAsync(PhoneNumber, not: host.Id, CancellationToken.None))
            {
                throw;
            }

            // The host that has room starts it as soon as it has it.
            var live = await CommandAsync(owner => owner.WishToRunAsync());
            HandOverAsync().Ignore();
            return live;
        }
    }

    public Task<DeviceLive> StopAsync() => CommandAsync(owner => owner.StopAsync());

    public Task<DeviceLive> RestartAsync() => CommandAsync(owner => owner.RestartAsync());

    public Task<DeviceLive> RenewEngineAsync() => CommandAsync(owner => owner.RenewEngineAsync());

    public Task<DeviceLive> LogoutAsync() => CommandAsync(owner => owner.Link.LogoutAsync());

    public Task<DeviceLive> ReconnectAsync() => CommandAsync(owner => owner.Link.ReconnectAsync());

    public Task<DeviceLive> ReloadSettingsAsync() => CommandAsync(owner => owner.ReloadSettingsAsync());

    public async Task ReplaceSessionAsync() => await (await OwnerAsync()).ReplaceSessionAsync(GrainFactory.GetGrain<IBackupGrain>(0));

    public async Task HandOverAsync()
    {
        await ReleaseAsync();
        Leave();
    }

    /// <summary>
    /// Ends this activation, which has no owner any more, and asks the plan for the next one's place. Deactivation alone would not do: a call that
    /// still comes here would make it anew here, unasked.
    /// </summary>
    public void Leave() => this.MigrateOnIdle();

    public async Task RemoveAsync(bool erase)
    {
        try
        {
            await (await OwnerAsync()).RemoveAsync(erase);
        }
        finally
        {
            // Also when something could not be erased: this owner's epoch is not that of a row that is made anew.
            await ReleaseAsync();
            DeactivateOnIdle();
        }
    }

    public async Task<QrCode> GetQrAsync() => await (await OwnerAsync()).Pairing.GetQrAsync();

    public async Task<PairingCode> GetPairingCodeAsync() => await (await OwnerAsync()).Pairing.GetPairingCodeAsync(PhoneNumber);

    public async Task<IReadOnlyList<LogLine>> GetLogsAsync(int tail, LogStreams streams, long after) => (await OwnerAsync()).Output.Read(tail, streams, after);

    public async Task<EngineRoute?> GetRouteAsync() => (await OwnerAsync()).Supervisor.Ready?.Route;

    public async Task<MessageView?> SubmitAsync(Guid messageId, TimeSpan wait) => await (await OwnerAsync()).Outbox.Pump.SubmitAsync(messageId, wait);

    public async Task WakeQueueAsync(bool unindexed)
    {
        var pump = (await OwnerAsync()).Outbox.Pump;
        (unindexed ? (Action)pump.WakeUnindexed : pump.Wake)();
    }

    public async Task<MessageView> CancelMessageAsync(Guid messageId) => await (await OwnerAsync()).Outbox.Desk.CancelAsync(messageId);

    public async Task<MessageView> RetryMessageAsync(Guid messageId) => await (await OwnerAsync()).Outbox.Desk.RetryAsync(messageId);

    public async Task<QueueInfo> GetQueueAsync() => await (await OwnerAsync()).GetQueueAsync();

    public async Task<QueueInfo> SetQueuePausedAsync(bool paused) => await (await OwnerAsync()).SetQueuePausedAsync(paused);

    public async Task<int> PurgeQueueAsync() => await (await OwnerAsync()).Outbox.Desk.PurgeAsync();

    public async Task<Guid?> EnterSendAsync(TimeSpan patience) => await (await OwnerAsync()).Outbox.Turns.EnterAsync(patience);

    public async Task LeaveSendAsync(Guid turn) => (await OwnerAsync()).Outbox.Turns.Leave(turn);

    private async Task<DeviceLive> CommandAsync(Func<DeviceOwner, Task> command)
    {
        var owner = await OwnerAsync();
        await command(owner);
        return await owner.GetLiveAsync();
    }

    private async ValueTask<DeviceOwner> OwnerAsync()
    {
        // Asked again where there was none: a number can be registered while this activation still stands from before.
        try
        {
            await TakeAsync(CancellationToken.None);
        }
        catch (PlatformException)
        {
            // The next call is to look for the owner anew.
            Leave();
            throw;
        }

        if (_owner is null)
        {
            DeactivateOnIdle();
            throw new PlatformException(ErrorCode.DeviceNotFound, "There is no device with that phone number.");
        }

        return _owner;
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        if (_owner is not null)
        {
            return;
        }

        if (owned.IsStopping)
        {
            throw new PlatformException(ErrorCode.EngineUnavailable, "This host is stopping; another takes the device over.");
        }

        await _taking.WaitAsync(cancellationToken);
        try
        {
            if (_owner is null && await DeviceRecord.TakeAsync(PhoneNumber, host, databases, commits, logger, cancellationToken) is { } record)
            {
                _owner = await owners.CreateAsync(record, cancellationToken);
                owned.Add(PhoneNumber, this, _owner);
                _owner.Resume();
            }
        }
        finally
        {
            _taking.Release();
        }
    }

    private async Task ReleaseAsync()
    {
        // Nobody takes the device anew before this owner has let go of its engine.
        await _taking.WaitAsync();
        try
        {
            if (_owner is { } owner)
            {
                try
                {
                    await owner.ReleaseAsync();
                }
                finally
                {
                    // If only its last words failed, the device can be taken again. Until the engine has ended it is known to be here.
                    if (!owner.Supervisor.IsRunning)
                    {
                        owned.Remove(PhoneNumber, owner);
                        _owner = null;
                    }
                }
            }
        }
        finally
        {
            _taking.Release();
        }
    }
}
