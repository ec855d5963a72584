using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Gateway.Devices;

/// <summary>Tells owners of what is stored already: if they can't be reached, the fleet keeper acts on the rows later.</summary>
internal sealed partial class DeviceStarts(IGrainFactory grains, TimeProvider timeProvider, ILogger<DeviceStarts> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Starts a device that was just registered.</summary>
    /// <exception cref="PlatformException">No host has room: then the registration is taken back.</exception>
    public async Task StartNewAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IDeviceGrain>(phoneNumber).StartAsync().WaitAsync(Patience, timeProvider, cancellationToken);
        }
        catch (PlatformException exception) when (exception.Code == ErrorCode.CapacityExhausted)
        {
            // Its owner has it already, and would go on trying to start it.
            await grains.GetGrain<IDeviceGrain>(phoneNumber).RemoveAsync(erase: false);
            throw;
        }
        catch (Exception exception) when (DeviceOwners.IsUnreachable(exception))
        {
            Log.NotTold(logger, exception.GetType().Name);
        }
    }

    public async Task ReloadAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IDeviceGrain>(phoneNumber).ReloadSettingsAsync().WaitAsync(Patience, timeProvider, cancellationToken);
        }
        catch (Exception exception) when (DeviceOwners.IsUnreachable(exception))
        {
            Log.NotTold(logger, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A device's owner could not be told of a change ({Cause}); it will find it in the row.")]
        public static partial void NotTold(ILogger logger, string cause);
    }
}
