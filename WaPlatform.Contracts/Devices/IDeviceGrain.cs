using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Messages;

namespace WaPlatform.Contracts.Devices;

/// <summary>
/// The one owner of a device, keyed by <see cref="PhoneNumber.Digits"/>: the only code that starts, watches, feeds or stops its engine process.
/// Refusals are <see cref="Faults.PlatformException"/>s with a code of the public API.
/// </summary>
[Alias("WaPlatform.IDeviceGrain")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>Wakes the owner; it then does what the device's row asks for. Idempotent.</summary>
    [Alias("EnsureActive")]
    Task EnsureActiveAsync();

    [Alias("GetLive")]
    Task<DeviceLive> GetLiveAsync();

    /// <summary>Wishes the device to run. Ends <see cref="DeviceState.Failed"/> and any back-off. Returns before the process is up.</summary>
    [Alias("Start")]
    Task<DeviceLive> StartAsync();

    /// <summary>Wishes the device to be stopped, and returns once the process has ended (SIGTERM, grace, kill).</summary>
    [Alias("Stop"), ResponseTimeout("00:01:00")]
    Task<DeviceLive> StopAsync();

    [Alias("Restart"), ResponseTimeout("00:01:00")]
    Task<DeviceLive> RestartAsync();

    /// <summary>Unlinks the number from WhatsApp; the slot and its history stay. Faults: DEVICE_NOT_RUNNING, ENGINE_*.</summary>
    [Alias("Logout"), ResponseTimeout("00:02:00")]
    Task<DeviceLive> LogoutAsync();

    /// <summary>Asks the engine to dial again. Faults: DEVICE_NOT_RUNNING, DEVICE_NOT_PAIRED, ENGINE_*.</summary>
    [Alias("Reconnect"), ResponseTimeout("00:02:00")]
    Task<DeviceLive> ReconnectAsync();

    /// <summary>Unlinks (best effort), stops, deletes the row and, with <paramref name="erase"/>, session and files.</summary>
    [Alias("Remove"), ResponseTimeout("00:02:00")]
    Task RemoveAsync(bool erase);

    /// <summary>Reads name, queue settings and proxy from the row again. A new proxy restarts the engine.</summary>
    [Alias("ReloadSettings")]
    Task<DeviceLive> ReloadSettingsAsync();

    /// <summary>A QR code that is valid now; waits for the engine if needed. Faults: DEVICE_NOT_RUNNING, ALREADY_PAIRED, ENGINE_*.</summary>
    [Alias("GetQr"), ResponseTimeout("00:02:00")]
    Task<QrCode> GetQrAsync();

    [Alias("GetPairingCode"), ResponseTimeout("00:02:00")]
    Task<PairingCode> GetPairingCodeAsync();

    /// <summary>The newest <paramref name="tail"/> lines of the process's output, oldest first, after line number <paramref name="after"/>.</summary>
    [Alias("GetLogs")]
    Task<IReadOnlyList<LogLine>> GetLogsAsync(int tail, LogStreams streams, long after);

    /// <summary>How to reach the engine, or null while there is none that answers.</summary>
    [Alias("GetRoute")]
    Task<EngineRoute?> GetRouteAsync();

    /// <summary>
    /// Tells the owner that a message row is stored. Waits up to <paramref name="wait"/> for its outcome and returns its status then
    /// (<see cref="MessageStatus.Queued"/> if there is none yet).
    /// </summary>
    [Alias("Submit"), ResponseTimeout("00:02:00")]
    Task<MessageStatus> SubmitAsync(Guid messageId, TimeSpan wait);
}

/// <summary>Keeps every device that wants to run activated on some host (singleton, key 0).</summary>
[Alias("WaPlatform.IFleetGrain")]
public interface IFleetGrain : IGrainWithIntegerKey
{
    /// <summary>Starts the keeper's loop if it is not running. Idempotent.</summary>
    [Alias("EnsureRunning")]
    Task EnsureRunningAsync();
}
