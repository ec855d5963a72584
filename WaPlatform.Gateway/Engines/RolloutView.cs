using WaPlatform.Contracts.Engines;
using WaPlatform.Data.Engines;

namespace WaPlatform.Gateway.Engines;

/// <summary>A version on its way to the devices.</summary>
/// <param name="From">The version before; null if there was none.</param>
/// <param name="Detail">The reason in words.</param>
internal sealed record RolloutView(
    Guid Id,
    string Version,
    string? From,
    RolloutTrigger Trigger,
    RolloutState State,
    RolloutReason? Reason,
    string? Detail,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<RolloutDeviceView> Devices)
{
    public static RolloutView Of(EngineRollout rollout) => new(
        rollout.Id, rollout.Version, rollout.From, rollout.Trigger, rollout.State, rollout.Reason, rollout.Detail, rollout.StartedAt, rollout.EndedAt,
        [.. rollout.Devices.OrderBy(device => device.Number).Select(device => new RolloutDeviceView(device.PhoneNumber, device.IsCanary, device.State, device.Reason, device.Since))]);
}

/// <param name="Since">When it came to its state.</param>
internal sealed record RolloutDeviceView(string PhoneNumber, bool Canary, RolloutDeviceState State, RolloutReason? Reason, DateTimeOffset Since);
