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
    IDbContextFactory<WaDbContext> databases, EngineHost host, DeviceOwnerFactory owners, OwnedDevices owned, ILogger<DeviceGrain> logger) : Grain, IDeviceGrain
{
    private DeviceOwner? _owner;

    private string PhoneNumber => this.GetPrimaryKeyString();

    private DeviceOwner Owner => _owner ?? throw Unknown();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await DeviceRecord.TakeAsync(PhoneNumber, host.Id, databases, host.TimeProvider, logger, cancellationToken) is not { } record)
        {
            return;
        }

        _owner = await owners.CreateAsync(record, cancellationToken);
        owned.Add(this, _owner);
        _owner.Resume();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_owner is { } owner)
        {
            owned.Remove(this);
            await owner.ReleaseAsync();
        }
    }

    public Task EnsureActiveAsync() => Task.CompletedTask;

    public Task<DeviceLive> GetLiveAsync() => Owner.GetLiveAsync();

    public async Task<DeviceLive> StartAsync()
    {
        await Owner.StartAsync();
        return await Owner.GetLiveAsync();
    }

    public async Task<DeviceLive> StopAsync()
    {
        await Owner.StopAsync();
        return await Owner.GetLiveAsync();
    }

    public async Task<DeviceLive> RestartAsync()
    {
        await Owner.RestartAsync();
        return await Owner.GetLiveAsync();
    }

    public async Task<DeviceLive> LogoutAsync()
    {
        await Owner.LogoutAsync();
        return await Owner.GetLiveAsync();
    }

    public async Task<DeviceLive> ReconnectAsync()
    {
        await Owner.ReconnectAsync();
        return await Owner.GetLiveAsync();
    }

    public async Task RemoveAsync(bool erase)
    {
        await Owner.RemoveAsync(erase);
        DeactivateOnIdle();
    }

    public async Task<DeviceLive> ReloadSettingsAsync()
    {
        await Owner.ReloadSettingsAsync();
        return await Owner.GetLiveAsync();
    }

    public Task<QrCode> GetQrAsync() => Owner.Pairing.GetQrAsync();

    public Task<PairingCode> GetPairingCodeAsync() => Owner.Pairing.GetPairingCodeAsync(PhoneNumber);

    public Task<IReadOnlyList<LogLine>> GetLogsAsync(int tail, LogStreams streams, long after) => Task.FromResult(Owner.Output.Read(tail, streams, after));

    public Task<EngineRoute?> GetRouteAsync() => Task.FromResult(Owner.Supervisor.Ready?.Route);

    public Task<MessageStatus> SubmitAsync(Guid messageId, TimeSpan wait) => Owner.Pump.SubmitAsync(messageId, wait);

    // The activation of a number that is not registered must not stay: the number may be registered next.
    private PlatformException Unknown()
    {
        DeactivateOnIdle();
        return new PlatformException(ErrorCode.DeviceNotFound, "There is no device with that phone number.");
    }
}
