using WaPlatform.Contracts.Engines;

namespace WaPlatform.ServiceDefaults.Engines;

/// <summary>An engine's archive can't be used, and trying again would not change that.</summary>
/// <param name="reason">What a rollout of it says.</param>
/// <param name="message">The same in words, for an administrator.</param>
public sealed class EngineArchiveException(RolloutReason reason, string message) : Exception(message)
{
    public RolloutReason Reason { get; } = reason;
}
