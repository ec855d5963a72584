using System.Collections.Concurrent;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Hosts;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// The devices that this host owns. When the host is asked to stop it gives them to the others while the cluster still runs, and as many at a time as
/// those can start at once: what would only wait there for its turn stays connected here meanwhile. Where nobody else is, or when that takes too long, it
/// lets go of all at once: engines get their grace side by side, and none is left behind.
/// </summary>
internal sealed partial class OwnedDevices(
    EngineHost host, HostMembership membership, HostLease lease, Placement placement, IGrainFactory grains, ILogger<OwnedDevices> logger) : IHostedService
{
    // With the engines' own grace; the whole stop must be over in 35 s.
    private static readonly TimeSpan PacedFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PlanPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WakePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, (DeviceGrain Grain, DeviceOwner Owner)> _owners = new(StringComparer.Ordinal);

    /// <summary>Nothing of any device runs here any more.</summary>
    public bool AreReleased { get; private set; }

    /// <summary>No device may be taken any more.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Engine processes that run now.</summary>
    public int Running => _owners.Values.Count(owned => owned.Owner.Supervisor.Current is not null);

    public void Add(string phoneNumber, DeviceGrain grain, DeviceOwner owner) => _owners[phoneNumber] = (grain, owner);

    public void Remove(string phoneNumber, DeviceOwner owner)
    {
        if (_owners.TryGetValue(phoneNumber, out var owned) && owned.Owner == owner)
        {
            _owners.TryRemove(KeyValuePair.Create(phoneNumber, owned));
        }
    }

    public bool Owns(string phoneNumber) => _owners.ContainsKey(phoneNumber);

    /// <summary>How to reach the engine of a device; null if this host does not own it or its engine can't be called.</summary>
    public EngineRoute? FindRoute(string phoneNumber) =>
        _owners.TryGetValue(phoneNumber, out var owned) ? owned.Owner.Supervisor.Ready?.Route : null;

    /// <summary>Ends every engine at once: this host may not run them any more.</summary>
    public void KillEngines()
    {
        foreach (var (_, owner) in _owners.Values)
        {
            owner.Supervisor.Kill();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        IsStopping = true;
        var heirs = await CountHeirsAsync(cancellationToken);
        var released = ReleaseAllAsync(heirs);
        try
        {
            await released.WaitAsync((heirs > 0 ? PacedFor : TimeSpan.Zero) + host.Supervision.StopGrace + Margin, host.TimeProvider, cancellationToken);
            AreReleased = true;
            Log.Released(logger);
        }
        catch (Exception exception)
        {
            // By design: whatever one device could not do at its end, the stop goes on.
            Log.NotReleased(logger, exception);
        }
    }

    // The others must know that nothing comes here before the first device looks for a new place.
    private async Task<int> CountHeirsAsync(CancellationToken cancellationToken)
    {
        if (!membership.IsOneOfMany || !lease.IsHeld)
        {
            return 0;
        }

        try
        {
            return await membership.WithdrawAsync().WaitAsync(PlanPatience, host.TimeProvider, cancellationToken)
                ? await placement.CountOthersAsync(host.Id, cancellationToken).WaitAsync(PlanPatience, host.TimeProvider, cancellationToken)
                : 0;
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception is TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            Log.NotWithdrawn(logger, exception.Message);
            return 0;
        }
    }

    private async Task ReleaseAllAsync(int heirs)
    {
        var turns = new SemaphoreSlim(heirs * host.StartsAtOnce);
        using var paced = new CancellationTokenSource(PacedFor, host.TimeProvider);
        var released = new List<Task>();
        foreach (var (phoneNumber, (grain, owner)) in _owners.ToArray())
        {
            if (heirs > 0)
            {
                await turns.WaitAsync(paced.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            released.Add(heirs > 0 ? HandOverAsync(grain, phoneNumber, owner, turns) : owner.ReleaseFromOutsideAsync());
        }

        await Task.WhenAll(released);
    }

    private async Task HandOverAsync(DeviceGrain grain, string phoneNumber, DeviceOwner owner, SemaphoreSlim turns)
    {
        try
        {
            await owner.ReleaseFromOutsideAsync();

            // Only here, where there is somewhere to go: else the activation stays until the silo ends, as without it a call would make a new one.
            grain.Leave();
            await WakeHeirAsync(phoneNumber);
        }
        finally
        {
            // Not waited for: this host may end before the last engine is up.
            FreeTurnAsync(phoneNumber, turns).Ignore();
        }
    }

    private async Task WakeHeirAsync(string phoneNumber)
    {
        try
        {
            await grains.GetGrain<IDeviceGrain>(phoneNumber).EnsureActiveAsync().WaitAsync(WakePatience, host.TimeProvider);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // By design: the keeper finds it in its next round.
            Log.NotWoken(logger, PhoneNumber.Parse(phoneNumber).Masked, exception.Message);
        }
    }

    private async Task FreeTurnAsync(string phoneNumber, SemaphoreSlim turns)
    {
        try
        {
            await grains.GetGrain<IDeviceGrain>(phoneNumber).WaitReadyAsync(ReadyPatience).WaitAsync(WakePatience, host.TimeProvider);
        }
        finally
        {
            turns.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Let go of all devices; their engines have ended.")]
        public static partial void Released(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "Not every engine ended in time; the kernel ends them with this process.")]
        public static partial void NotReleased(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "The other hosts could not be told that this one stops; its devices are taken over a little later. {Reason}")]
        public static partial void NotWithdrawn(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Warning, "Device {Phone} was given free, but no other host was reached; it is taken over a little later. {Reason}")]
        public static partial void NotWoken(ILogger logger, string phone, string reason);
    }
}
