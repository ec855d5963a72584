using Microsoft.EntityFrameworkCore;
using Orleans.Concurrency;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// The one owner of a device. Reentrant: a question for its state must not wait behind a QR code that WhatsApp takes seconds for. All code
/// below runs on the activation's own scheduler, one piece at a time, so what lies between two awaits is not interrupted.
/// </summary>
[Reentrant, KeepAlive]
internal sealed partial class DeviceGrain(
    IDbContextFactory<WaDbContext> databases, GroupCommit commits, EngineHost host, DeviceOwnerFactory owners, OwnedDevices owned, ILogger<DeviceGrain> logger) : Grain, IDeviceGrain
{
    private readonly SemaphoreSlim _taking = new(1);
    private DeviceOwner? _owner;

    private string PhoneNumber => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => TakeAsync(cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => ReleaseAsync();

    public Task EnsureActiveAsync() => TakeAsync(CancellationToken.None);

    public async Task<DeviceLive> GetLiveAsync() => await (await OwnerAsync()).GetLiveAsync();

    public Task<DeviceLive> StartAsync() => CommandAsync(owner => owner.StartAsync());

    public Task<DeviceLive> StopAsync() => CommandAsync(owner => owner.StopAsync());

    public Task<DeviceLive> RestartAsync() => CommandAsync(owner => owner.RestartAsync());

    public Task<DeviceLive> LogoutAsync() => CommandAsync(owner => owner.LogoutAsync());

    public Task<DeviceLive> ReconnectAsync() => CommandAsync(owner => owner.ReconnectAsync());

    public Task<DeviceLive> ReloadSettingsAsync() => CommandAsync(owner => owner.ReloadSettingsAsync());

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
        await TakeAsync(CancellationToken.None);
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

        await _taking.WaitAsync(cancellationToken);
        try
        {
            if (_owner is null && await DeviceRecord.TakeAsync(PhoneNumber, host.Id, databases, commits, host.TimeProvider, logger, cancellationToken) is { } record)
            {
                _owner = await owners.CreateAsync(record, cancellationToken);
                owned.Add(this, _owner);
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
                owned.Remove(this);
                await owner.ReleaseAsync();
                _owner = null;
            }
        }
        finally
        {
            _taking.Release();
        }
    }
}
