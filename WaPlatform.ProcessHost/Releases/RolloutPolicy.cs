using WaPlatform.Contracts.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Decides from the facts alone what a rollout does next.</summary>
internal static class RolloutPolicy
{
    public static RolloutStep Decide(RolloutFacts facts) => facts.State switch
    {
        RolloutState.Installing => Install(facts),
        RolloutState.Canary or RolloutState.Batches => Advance(facts),
        RolloutState.RollingBack => facts.Devices.Any(device => device.State is RolloutDeviceState.RollingBack) ? new RolloutStep.Wait() : new RolloutStep.RolledBack(),
        _ => new RolloutStep.Wait(),
    };

    private static RolloutStep Install(RolloutFacts facts) => facts.Install switch
    {
        { Failure: { } failure } => new RolloutStep.Fail(failure, facts.Install.Detail),
        { IsComplete: true } => new RolloutStep.Enter(facts.Devices.Any(device => device.IsCanary) ? RolloutState.Canary : RolloutState.Batches),
        _ when facts.Elapsed > facts.InstallTimeout => new RolloutStep.Fail(RolloutReason.InstallTimeout, facts.Install.Detail),
        _ => new RolloutStep.Wait(),
    };

    private static RolloutStep Advance(RolloutFacts facts)
    {
        // Who wants the version before back wants it everywhere: one device that does not come up with it stays what it is.
        if (!facts.GoesBack && facts.Devices.FirstOrDefault(device => device.State == RolloutDeviceState.Failed) is { } failed)
        {
            return new RolloutStep.RollBack(failed.Reason ?? RolloutReason.NotReady, failed.PhoneNumber);
        }

        if (facts.Devices.Any(device => device.State is RolloutDeviceState.Restarting or RolloutDeviceState.Soaking))
        {
            return new RolloutStep.Wait();
        }

        var canaries = facts.State == RolloutState.Canary;
        var next = facts.Devices.Where(device => device.State == RolloutDeviceState.Pending && (device.IsCanary || !canaries)).Take(canaries ? 1 : facts.BatchSize)
            .Select(device => device.PhoneNumber).ToList();
        return next.Count > 0 ? new RolloutStep.Begin(next)
            : canaries ? new RolloutStep.Enter(RolloutState.Batches)
            : new RolloutStep.Finish();
    }
}

/// <summary>All that the next step of a rollout is decided from.</summary>
/// <param name="GoesBack">An operator wants the version before back.</param>
/// <param name="Elapsed">Since its beginning.</param>
/// <param name="Devices">In their order.</param>
internal sealed record RolloutFacts(
    RolloutState State, bool GoesBack, TimeSpan Elapsed, TimeSpan InstallTimeout, int BatchSize, InstallFacts Install, IReadOnlyList<RolloutDeviceFacts> Devices);

/// <param name="IsComplete">Every host has the version.</param>
/// <param name="Failure">A host gave up to install it.</param>
/// <param name="Detail">What is in the way, in words.</param>
internal sealed record InstallFacts(bool IsComplete, RolloutReason? Failure, string? Detail);

internal sealed record RolloutDeviceFacts(string PhoneNumber, bool IsCanary, RolloutDeviceState State, RolloutReason? Reason);

/// <summary>What a rollout does next.</summary>
internal abstract record RolloutStep
{
    public sealed record Wait : RolloutStep;

    public sealed record Enter(RolloutState State) : RolloutStep;

    /// <summary>Gives the version to these devices.</summary>
    public sealed record Begin(IReadOnlyList<string> PhoneNumbers) : RolloutStep;

    /// <summary>Gives every device that was touched the version before.</summary>
    /// <param name="PhoneNumber">The device that failed.</param>
    public sealed record RollBack(RolloutReason Reason, string PhoneNumber) : RolloutStep;

    public sealed record Finish : RolloutStep;

    public sealed record RolledBack : RolloutStep;

    public sealed record Fail(RolloutReason Reason, string? Detail) : RolloutStep;
}
