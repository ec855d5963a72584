using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>
/// Takes a rollout from step to step. Each is stored before it is acted on, so that whoever comes after goes on where this one was: devices that were being watched
/// are then exchanged and watched anew.
/// </summary>
internal sealed partial class RolloutRunner(
    IDbContextFactory<WaDbContext> databases, RolloutDevices devices, RolloutEnd end, IGrainFactory grains, IOptions<RolloutOptions> options, TimeProvider timeProvider, ILogger<RolloutRunner> logger)
{
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Phone, RolloutDeviceState State), Task> _renewals = [];
    private readonly HashSet<(string Phone, RolloutDeviceState State)> _renewed = [];
    private Guid? _mine;

    /// <summary>Takes one step of the rollout that is under way. False if there is nothing to do for now.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.EngineRollouts.Include(r => r.Devices.OrderBy(d => d.Number)).SingleOrDefaultAsync(r => r.Active, cancellationToken) is not { } rollout)
        {
            Forget();
            return false;
        }

        Adopt(rollout);
        await Task.WhenAll(rollout.Devices.Where(IsWatched).Select(device => WatchAsync(rollout, device)));
        var step = RolloutPolicy.Decide(await FactsAsync(db, rollout, cancellationToken));
        await ApplyAsync(db, rollout, step, cancellationToken);
        if (db.ChangeTracker.HasChanges())
        {
            rollout.Revision++;
            await db.SaveChangesAsync(cancellationToken);
        }

        foreach (var device in rollout.Devices.Where(NeedsRenewal))
        {
            if (!_renewals.ContainsKey(KeyOf(device)))
            {
                _renewals.Add(KeyOf(device), grains.GetGrain<IDeviceGrain>(device.PhoneNumber).RenewEngineAsync());
            }
        }

        await end.TellAsync(rollout, step, cancellationToken);
        return step is not RolloutStep.Wait;
    }

    // What an earlier runner had begun with may or may not have been done.
    private void Adopt(EngineRollout rollout)
    {
        if (_mine == rollout.Id)
        {
            return;
        }

        Forget();
        _mine = rollout.Id;
        foreach (var device in rollout.Devices.Where(IsWatched))
        {
            Move(device, device.State == RolloutDeviceState.Soaking ? RolloutDeviceState.Restarting : device.State, device.Reason);
        }
    }

    private async Task WatchAsync(EngineRollout rollout, EngineRolloutDevice device)
    {
        if (HasJustBeenRenewed(device))
        {
            // The time runs from here.
            device.Since = timeProvider.GetDatabaseTime();
            return;
        }

        var isRenewed = !NeedsRenewal(device);
        var (isGone, live) = isRenewed ? await LookAsync(device.PhoneNumber) : (false, null);
        if (isGone)
        {
            Move(device, device.State == RolloutDeviceState.RollingBack ? RolloutDeviceState.RolledBack : RolloutDeviceState.Left, device.Reason);
            return;
        }

        var soak = SoakOf(rollout, device);
        var verdict = DeviceGate.Judge(new GateFacts(
            device.State, timeProvider.GetDatabaseTime() - device.Since, device.WasConnected, isRenewed, VersionOf(rollout), options.Value.ConnectTimeout, soak,
            live is null ? null : DeviceSight.Of(live, device.ProcessStartedAt, soak)));
        if (verdict.State != device.State)
        {
            Log.Moved(logger, PhoneNumber.Parse(device.PhoneNumber).Masked, device.State, verdict.State, verdict.Reason, rollout.Version);
            device.ProcessStartedAt = verdict.State == RolloutDeviceState.Soaking ? live?.Process?.StartedAt : null;
            Move(device, verdict.State, verdict.Reason ?? device.Reason);
        }
    }

    private bool HasJustBeenRenewed(EngineRolloutDevice device)
    {
        if (!_renewals.TryGetValue(KeyOf(device), out var renewal) || !renewal.IsCompleted)
        {
            return false;
        }

        _renewals.Remove(KeyOf(device));
        if (!renewal.IsCompletedSuccessfully)
        {
            Log.NotRenewed(logger, PhoneNumber.Parse(device.PhoneNumber).Masked, renewal.Exception?.InnerException?.Message);
        }

        return renewal.IsCompletedSuccessfully && _renewed.Add(KeyOf(device));
    }

    private async Task<RolloutFacts> FactsAsync(WaDbContext db, EngineRollout rollout, CancellationToken cancellationToken) => new(
        rollout.State, rollout.Trigger == RolloutTrigger.Rollback, timeProvider.GetDatabaseTime() - rollout.StartedAt, options.Value.InstallTimeout, options.Value.BatchSize,
        rollout.State == RolloutState.Installing ? await devices.InstallFactsAsync(db, rollout, cancellationToken) : new InstallFacts(true, null, null),
        rollout.Devices.ConvertAll(device => new RolloutDeviceFacts(device.PhoneNumber, device.IsCanary, device.State, device.Reason)));

    private async Task ApplyAsync(WaDbContext db, EngineRollout rollout, RolloutStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case RolloutStep.Enter enter:
                rollout.State = enter.State;
                break;
            case RolloutStep.Begin begin:
                await Task.WhenAll(rollout.Devices.Where(device => begin.PhoneNumbers.Contains(device.PhoneNumber)).Select(BeginAsync));
                break;
            case RolloutStep.RollBack back:
                RollBack(rollout, back.Reason, $"Device {PhoneNumber.Parse(back.PhoneNumber).Masked}: {RolloutTexts.For(back.Reason, VersionOf(rollout))}.");
                break;
            case RolloutStep.Finish when !await devices.AddLateAsync(db, rollout, cancellationToken):
                await end.FinishAsync(db, rollout, cancellationToken);
                break;
            case RolloutStep.RolledBack:
                await end.RefuseAsync(db, rollout, RolloutState.RolledBack, cancellationToken);
                break;
            case RolloutStep.Fail fail:
                (rollout.Reason, rollout.Detail) = (fail.Reason, fail.Detail);
                await end.RefuseAsync(db, rollout, RolloutState.Failed, cancellationToken);
                break;
        }
    }

    /// <summary>Sends every device that has the version back to the one before.</summary>
    public void RollBack(EngineRollout rollout, RolloutReason reason, string detail)
    {
        (rollout.State, rollout.Reason, rollout.Detail) = (RolloutState.RollingBack, reason, detail);
        foreach (var device in rollout.Devices.Where(device => device.State is RolloutDeviceState.Healthy or RolloutDeviceState.Failed || IsWatched(device)))
        {
            Move(device, RolloutDeviceState.RollingBack, device.Reason);
        }
    }

    private async Task BeginAsync(EngineRolloutDevice device)
    {
        var (isGone, live) = await LookAsync(device.PhoneNumber);

        // Of one whose owner does not answer the most is asked.
        device.WasConnected = live is null || live.State == DeviceState.Connected;
        Move(device, isGone || live?.State == DeviceState.Stopped ? RolloutDeviceState.Left : RolloutDeviceState.Restarting, null);
    }

    private async Task<(bool IsGone, DeviceLive? Live)> LookAsync(string phoneNumber)
    {
        try
        {
            return (false, await grains.GetGrain<IDeviceGrain>(phoneNumber).GetLiveAsync().WaitAsync(LookPatience, timeProvider));
        }
        catch (PlatformException exception) when (exception.Code == ErrorCode.DeviceNotFound)
        {
            return (true, null);
        }
        catch (Exception exception) when (exception is PlatformException or TimeoutException or OrleansException)
        {
            // Its host may be gone; how long that may last is the gate's to say.
            return (false, null);
        }
    }

    private void Move(EngineRolloutDevice device, RolloutDeviceState state, RolloutReason? reason) =>
        (device.State, device.Reason, device.Since) = (state, reason, timeProvider.GetDatabaseTime());

    private TimeSpan SoakOf(EngineRollout rollout, EngineRolloutDevice device) =>
        rollout.Trigger == RolloutTrigger.Rollback ? TimeSpan.Zero : device.IsCanary ? options.Value.CanarySoak : options.Value.BatchSoak;

    private bool NeedsRenewal(EngineRolloutDevice device) => device.State is RolloutDeviceState.Restarting or RolloutDeviceState.RollingBack && !_renewed.Contains(KeyOf(device));

    private void Forget()
    {
        _mine = null;
        _renewals.Clear();
        _renewed.Clear();
    }

    private static (string Phone, RolloutDeviceState State) KeyOf(EngineRolloutDevice device) => (device.PhoneNumber, device.State);

    private static bool IsWatched(EngineRolloutDevice device) =>
        device.State is RolloutDeviceState.Restarting or RolloutDeviceState.Soaking or RolloutDeviceState.RollingBack;

    private static EngineVersion VersionOf(EngineRollout rollout) =>
        EngineVersion.TryParse(rollout.Version, out var version) ? version : throw new InvalidOperationException($"Rollout {rollout.Id} has no version.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Device {Phone}: {Before} -> {State} {Reason} (rollout of engine {Version}).")]
        public static partial void Moved(ILogger logger, string phone, RolloutDeviceState before, RolloutDeviceState state, RolloutReason? reason, string version);

        [LoggerMessage(2, LogLevel.Warning, "The engine of device {Phone} could not be exchanged; trying again. {Why}")]
        public static partial void NotRenewed(ILogger logger, string phone, string? why);
    }
}
