namespace WaPlatform.Contracts.Events;

/// <summary>Event types that the platform itself raises (api.md §6).</summary>
public static class EventTypes
{
    public const string StateChanged = "device.state_changed";
    public const string Qr = "device.qr";
    public const string Paired = "device.paired";
    public const string ProcessStarted = "process.started";
    public const string ProcessStopped = "process.stopped";
    public const string WebSocketConnected = "websocket.connected";
    public const string WebSocketClosed = "websocket.closed";
    public const string WebSocketMessage = "websocket.message";
    /// <summary>A number that looks connected and may be deaf: each step of finding out and of the cure.</summary>
    public const string Health = "device.health";
    public const string MessageReceived = "message.received";
    public const string MessageStatus = "message.status";

    /// <summary>Events of the device had to be dropped, because the database did not take them for too long.</summary>
    public const string EventsDropped = "events.dropped";

    /// <summary>Nothing was delivered to a webhook for some time; it is tried less and less often.</summary>
    public const string WebhookFailing = "webhook.failing";

    /// <summary>A webhook was switched off because it failed for days.</summary>
    public const string WebhookDisabled = "webhook.disabled";
    public const string WebhookTest = "webhook.test";

    /// <summary>The feed has a newer engine than the devices have. Of no device, as all of these.</summary>
    public const string EngineUpdateAvailable = "engine.update_available";
    public const string EngineRolloutStarted = "engine.rollout_started";
    public const string EngineRolloutDone = "engine.rollout_done";

    /// <summary>A version did not prove itself: the devices that had it return to the one before.</summary>
    public const string EngineRolloutRollingBack = "engine.rollout_rolling_back";
    public const string EngineRolloutRolledBack = "engine.rollout_rolled_back";

    /// <summary>A version could not be installed; no device was touched.</summary>
    public const string EngineRolloutFailed = "engine.rollout_failed";

    /// <summary>The disk of a data directory is running full, or has room again.</summary>
    public const string DiskSpace = "platform.disk";

    /// <summary>The engine's webhook names, where ours differ: an incoming <c>message</c> is <c>message.received</c>; the rest is kept.</summary>
    public static string FromWebhook(string engineEvent) => engineEvent == "message" ? MessageReceived : engineEvent;
}
