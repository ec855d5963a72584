using System.Collections.Concurrent;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// The devices that this host owns. When the host is asked to stop it lets go of all of them at once, while the cluster still runs: engines get
/// their grace side by side, and none is left behind.
/// </summary>
internal sealed partial class OwnedDevices(EngineHost host, ILogger<OwnedDevices> logger) : IHostedService
{
    // Beyond the engines' own grace; the whole stop must be over in 25 s.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<object, DeviceOwner> _owners = new();

    public void Add(object grain, DeviceOwner owner) => _owners[grain] = owner;

    public void Remove(object grain) => _owners.TryRemove(grain, out _);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var owners = new List<DeviceOwner>();
        foreach (var grain in _owners.Keys)
        {
            if (_owners.TryRemove(grain, out var owner))
            {
                owners.Add(owner);
            }
        }

        var released = Task.WhenAll(owners.Select(owner => owner.ReleaseFromOutsideAsync()));
        try
        {
            await released.WaitAsync(host.Supervision.StopGrace + Margin, host.TimeProvider, cancellationToken);
            Log.Released(logger, owners.Count);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            Log.NotReleased(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Let go of {Count} devices; their engines have ended.")]
        public static partial void Released(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Not every engine ended in time; the kernel ends them with this process.")]
        public static partial void NotReleased(ILogger logger, Exception exception);
    }
}
