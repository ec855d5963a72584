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

    /// <summary>Waits until the engine can be called; returns earlier if none is on its way, and after <paramref name="patience"/> in any case.</summary>
    [Alias("WaitReady"), ResponseTimeout("00:01:00")]
    Task WaitReadyAsync(TimeSpan patience);

    /// <summary>Lets go of the device: ends its engine in order and gives the row free, so that the host that it is placed on can take it.</summary>
    [Alias("HandOver"), ResponseTimeout("00:01:00")]
    Task HandOverAsync();

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

    /// <summary>Restarts the device, if it is to run, with the version of the engine that is wanted now. No message is lost on the way.</summary>
    [Alias("RenewEngine"), ResponseTimeout("00:01:00")]
    Task<DeviceLive> RenewEngineAsync();

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

    /// <summary>
    /// Ends the engine, takes the session from the restore that is under way (<see cref="Backups.IBackupGrain"/>) and reads the row again; then the engine runs if it
    /// is wished for. If the session can't be taken, the one from before stays.
    /// </summary>
    [Alias("ReplaceSession"), ResponseTimeout("00:06:00")]
    Task ReplaceSessionAsync();

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
    /// Tells the owner that a message row is stored. Waits up to <paramref name="wait"/> for its outcome and returns the message as it is then;
    /// null if there is no such row.
    /// </summary>
    [Alias("Submit"), ResponseTimeout("00:02:00")]
    Task<MessageView?> SubmitAsync(Guid messageId, TimeSpan wait);

    /// <summary>Tells the owner that message rows are stored, and does not wait for anything that becomes of them.</summary>
    /// <param name="unindexed">They could not be put into the queue's index, which the owner has to rebuild.</param>
    [Alias("WakeQueue")]
    Task WakeQueueAsync(bool unindexed);

    /// <summary>Takes a waiting message back. Idempotent. Faults: MESSAGE_NOT_FOUND, MESSAGE_STATE_CONFLICT once it is being sent or has an outcome.</summary>
    [Alias("CancelMessage")]
    Task<MessageView> CancelMessageAsync(Guid messageId);

    /// <summary>Puts a failed or uncertain message into the queue again. Faults: MESSAGE_NOT_FOUND, MESSAGE_STATE_CONFLICT.</summary>
    [Alias("RetryMessage")]
    Task<MessageView> RetryMessageAsync(Guid messageId);

    [Alias("GetQueue")]
    Task<QueueInfo> GetQueueAsync();

    /// <summary>Holds the queue (messages are still accepted), or lets it go on. Survives restarts. Idempotent.</summary>
    [Alias("SetQueuePaused")]
    Task<QueueInfo> SetQueuePausedAsync(bool paused);

    /// <summary>Cancels all that waits, scheduled messages included; returns how many.</summary>
    [Alias("PurgeQueue"), ResponseTimeout("00:02:00")]
    Task<int> PurgeQueueAsync();

    /// <summary>
    /// Waits for a turn to send something past the queue, within the device's limits; to be given back with <see cref="LeaveSendAsync"/>.
    /// A turn that is not given back ends by itself after three minutes. Null if none came within <paramref name="patience"/>, and at once while the queue is paused.
    /// </summary>
    [Alias("EnterSend"), ResponseTimeout("00:02:00")]
    Task<Guid?> EnterSendAsync(TimeSpan patience);

    [Alias("LeaveSend")]
    Task LeaveSendAsync(Guid turn);
}

/// <summary>Keeps every device that wants to run activated on some host (singleton, key 0).</summary>
[Alias("WaPlatform.IFleetGrain")]
public interface IFleetGrain : IGrainWithIntegerKey
{
    /// <summary>Starts the keeper's loop if it is not running. Idempotent.</summary>
    [Alias("EnsureRunning")]
    Task EnsureRunningAsync();
}
