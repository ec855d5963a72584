using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Engines;

/// <summary>How far a rollout is.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RolloutState>))]
public enum RolloutState
{
    /// <summary>The hosts get the binary; no device is touched yet.</summary>
    Installing,

    /// <summary>Single devices try the version, one after the other.</summary>
    Canary,

    /// <summary>The others follow, some at a time.</summary>
    Batches,
    Done,

    /// <summary>Devices that were touched return to the version before.</summary>
    RollingBack,
    RolledBack,

    /// <summary>Given up before any device was touched.</summary>
    Failed,
}

/// <summary>Where one device is in a rollout.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RolloutDeviceState>))]
public enum RolloutDeviceState
{
    Pending,

    /// <summary>Its engine is being replaced, and has not shown yet that it works.</summary>
    Restarting,

    /// <summary>It works; whether it goes on to is being watched.</summary>
    Soaking,
    Healthy,
    Failed,
    RollingBack,
    RolledBack,

    /// <summary>It was stopped or removed meanwhile.</summary>
    Left,
}

/// <summary>Why a rollout, or a device in it, did not succeed.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RolloutReason>))]
public enum RolloutReason
{
    Operator,

    /// <summary>The release has no archive, or no checksum, for the platform of a host.</summary>
    AssetMissing,
    DownloadFailed,
    DigestMismatch,

    /// <summary>The archive is hostile or malformed.</summary>
    ArchiveRefused,
    InstallTimeout,

    /// <summary>The engine ended by itself.</summary>
    EngineEnded,

    /// <summary>The engine did not answer in time.</summary>
    NotReady,

    /// <summary>The engine says another version than its release.</summary>
    WrongVersion,

    /// <summary>A number that was connected did not connect again in time.</summary>
    NotConnected,

    /// <summary>The number connected, and lost the connection while it was watched.</summary>
    ConnectionLost,

    /// <summary>The number connected, but none of its waiting messages goes out.</summary>
    NothingSent,
}

/// <summary>Who asked for a rollout.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RolloutTrigger>))]
public enum RolloutTrigger
{
    Operator,

    /// <summary>An operator, who wants the version before back.</summary>
    Rollback,

    /// <summary>The platform, of which there was no engine yet.</summary>
    First,

    /// <summary>The platform, because a newer release came out.</summary>
    Update,
}
