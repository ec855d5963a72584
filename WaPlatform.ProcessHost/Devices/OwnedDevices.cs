using System.Collections.Concurrent;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Hosts;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// The devices that this host owns. When the host is asked to stop it lets go of all of them at once, while the cluster still runs: engines get
/// their grace side by side, none is left behind, and other hosts have them as soon as each has ended.
/// </summary>
internal sealed partial class OwnedDevices(
    EngineHost host, HostMembership membership, HostLease lease, Placement placement, IGrainFactory grains, ILogger<OwnedDevices> logger) : IHostedService
{
    // Beyond the engines' own grace; the whole stop must be over in 25 s.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WakePatience = TimeSpan.FromSeconds(5);

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
        var wakes = await HasHeirsAsync(cancellationToken);
        var released = Task.WhenAll(_owners.ToArray().Select(owned => ReleaseAsync(owned.Value.Grain, owned.Key, owned.Value.Owner, wakes)));
        try
        {
            await released.WaitAsync(host.Supervision.StopGrace + Margin, host.TimeProvider, cancellationToken);
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
    private async Task<bool> HasHeirsAsync(CancellationToken cancellationToken)
    {
        if (!membership.IsOneOfMany || !lease.IsHeld)
        {
            return false;
        }

        try
        {
            await membership.DrainAsync(cancellationToken).WaitAsync(DrainPatience, host.TimeProvider, cancellationToken);
            return await placement.HasOtherAsync(host.Id, cancellationToken).WaitAsync(DrainPatience, host.TimeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception is TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            Log.NotDrained(logger, exception.Message);
            return false;
        }
    }

    private async Task ReleaseAsync(DeviceGrain grain, string phoneNumber, DeviceOwner owner, bool wakes)
    {
        // The activation stays until the silo ends unless there is somewhere to go: without it a call would make a new one here.
        await owner.ReleaseFromOutsideAsync();
        if (!wakes)
        {
            return;
        }

        grain.Leave();
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Let go of all devices; their engines have ended.")]
        public static partial void Released(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "Not every engine ended in time; the kernel ends them with this process.")]
        public static partial void NotReleased(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "The other hosts could not be told that this one stops; its devices are taken over a little later. {Reason}")]
        public static partial void NotDrained(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Warning, "Device {Phone} was given free, but no other host was reached; it is taken over a little later. {Reason}")]
        public static partial void NotWoken(ILogger logger, string phone, string reason);
    }
}
