namespace WaPlatform.Console.Platform;

/// <summary>The engine of the platform: which versions there are, which runs, which is on its way.</summary>
/// <param name="Managed">False where ENGINE_PATH names the binary of every host.</param>
public sealed record EngineState(
    bool Managed, string? Current, string? Previous, string? Wanted, string? Pinned, IReadOnlyList<string> Installed, EngineRelease? Newest, bool UpdateAvailable, EngineCheck? LastCheck,
    IReadOnlyList<EngineRelease> Releases, IReadOnlyList<HostEngine> Hosts, Rollout? Rollout);

/// <param name="RefusedWhy">Why a rollout of it did not succeed; the platform begins no other by itself then.</param>
public sealed record EngineRelease(string Version, DateTimeOffset? PublishedAt, string? RefusedWhy);

public sealed record EngineCheck(DateTimeOffset At, string? Error);

public sealed record HostEngine(string Id, InstallFailure? Failure);

public sealed record InstallFailure(string Version, string Reason, string? Detail);

/// <param name="State">installing, canary, batches, done, rolling_back, rolled_back, failed.</param>
public sealed record Rollout(
    string Version, string? From, string State, string? Reason, string? Detail, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<RolloutDevice> Devices)
{
    public bool IsUnderWay => EndedAt is null;

    /// <summary>Devices that have it, or have been passed over.</summary>
    public int Finished => Devices.Count(device => device.State is "healthy" or "rolled_back" or "left");
}

public sealed record RolloutDevice(string PhoneNumber, bool Canary, string State, string? Reason);

/// <param name="Canary">Numbers that try it first; null: the platform chooses one.</param>
public sealed record RolloutWish(string Version, IReadOnlyList<string>? Canary);

public sealed record EnginePin(string? Version);
