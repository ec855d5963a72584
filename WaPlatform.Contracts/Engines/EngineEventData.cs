namespace WaPlatform.Contracts.Engines;

/// <summary><c>data</c> of <c>engine.update_available</c>.</summary>
/// <param name="Current">The version of the devices; null while there is none.</param>
public sealed record EngineUpdateData(string Version, string? Current, DateTimeOffset? PublishedAt);

/// <summary><c>data</c> of <c>engine.rollout_*</c>.</summary>
/// <param name="From">The version before; null if there was none.</param>
/// <param name="Detail">The reason in words.</param>
public sealed record EngineRolloutData(Guid Rollout, string Version, string? From, RolloutState State, RolloutReason? Reason, string? Detail);
