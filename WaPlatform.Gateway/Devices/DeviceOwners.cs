using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data.Devices;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Devices;

/// <summary>Asks the owners of devices how they are. An owner that does not answer costs a moment, never the whole answer.</summary>
internal sealed partial class DeviceOwners(IGrainFactory grains, SilentDevices silent, TimeProvider timeProvider, ILogger<DeviceOwners> logger)
{
    private const int MaxAtOnce = 64;

    // An owner in this process answers in microseconds, one elsewhere in a few milliseconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceWithList = TimeSpan.FromSeconds(2);

    // Also for a host that has just taken the device, and for a busy one.
    private static readonly TimeSpan PatienceToReach = TimeSpan.FromSeconds(8);

    public async Task<DeviceView> ViewAsync(Device row, CancellationToken cancellationToken) => (await ViewAsync([row], cancellationToken))[0];

    /// <summary>Views in the order of the rows.</summary>
    public async Task<DeviceView[]> ViewAsync(IReadOnlyList<Device> rows, CancellationToken cancellationToken)
    {
        var live = new DeviceLive?[rows.Count];
        using var deadline = new CancellationTokenSource(PatienceWithList, timeProvider);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, rows.Count),
            new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (index, token) => live[index] = deadline.IsCancellationRequested ? null : await FindLiveAsync(rows[index].PhoneNumber, token));

        var unanswered = Enumerable.Range(0, rows.Count).Where(index => live[index] is null).ToList();
        var silences = await silent.ReadAsync([.. unanswered.Select(index => rows[index])], cancellationToken);
        var known = unanswered.Zip(silences).ToDictionary();
        return [.. rows.Select((row, index) => DeviceView.From(row, live[index], known.GetValueOrDefault(index)))];
    }

    /// <summary>How a device is doing in the engine's own terms.</summary>
    public async Task<DeviceStatusView> StatusAsync(Device row, CancellationToken cancellationToken)
    {
        var live = await FindLiveAsync(row.PhoneNumber, cancellationToken);
        return DeviceStatusView.From(row, live, live is null ? (await silent.ReadAsync([row], cancellationToken))[0] : null);
    }

    /// <summary>The owner of a device, once it has answered: for what takes long, so that nobody waits for long where nobody is.</summary>
    /// <exception cref="PlatformException">ENGINE_UNAVAILABLE, or what the owner says of a device that it cannot have.</exception>
    public async Task<IDeviceGrain> ReachAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        var owner = grains.GetGrain<IDeviceGrain>(phoneNumber);
        var asked = owner.EnsureActiveAsync();
        try
        {
            await asked.WaitAsync(PatienceToReach, timeProvider, cancellationToken);
            return owner;
        }
        catch (TimeoutException) when (!asked.IsCompleted)
        {
            throw new PlatformException(ErrorCode.EngineUnavailable, "No host that could have the device answers.") { RetryAfter = PatienceWithList };
        }
    }

    /// <returns>Null when the owner cannot be reached.</returns>
    public Task<DeviceLive?> FindLiveAsync(string phoneNumber, CancellationToken cancellationToken) =>
        AskAsync(phoneNumber, static device => device.GetLiveAsync(), cancellationToken);

    /// <returns>Null when the owner cannot be reached.</returns>
    public Task<QueueInfo?> FindQueueAsync(string phoneNumber, CancellationToken cancellationToken) =>
        AskAsync(phoneNumber, static device => device.GetQueueAsync(), cancellationToken);

    /// <summary>True for a failure that says nothing about the request: the owner, or its database, cannot be reached now.</summary>
    public static bool IsUnreachable(Exception exception) => FaultMap.From(exception) is
    {
        Code: ErrorCode.EngineUnavailable or ErrorCode.EngineTimeout or ErrorCode.StorageUnavailable or ErrorCode.CapacityExhausted or ErrorCode.DeviceNotFound
    };

    private async Task<T?> AskAsync<T>(string phoneNumber, Func<IDeviceGrain, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask(grains.GetGrain<IDeviceGrain>(phoneNumber)).WaitAsync(Patience, timeProvider, cancellationToken);
        }
        catch (Exception exception) when (IsUnreachable(exception))
        {
            Log.Unreachable(logger, exception.GetType().Name);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A device's owner could not be asked: {Cause}.")]
        public static partial void Unreachable(ILogger logger, string cause);
    }
}
