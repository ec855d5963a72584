namespace WaPlatform.Console.Platform;

public sealed record Hosts(IReadOnlyList<PlatformHost> Items);

/// <param name="State">alive, draining or lost.</param>
public sealed record PlatformHost(
    string Id, string State, string? Machine, int Pid, string? Version, string? Engine, DateTimeOffset StartedAt, DateTimeOffset LeaseUntil, HostDevices Devices, int MaxProcesses);

public sealed record HostDevices(int Running, int Total);

/// <summary>The engine of the platform; members that a version of the platform does not tell are null.</summary>
public sealed record EngineState(
    bool? Managed = null, string? Current = null, string? Previous = null, string? Wanted = null, string? Pinned = null, IReadOnlyList<string>? Installed = null, EngineRelease? Newest = null,
    bool? UpdateAvailable = null, EngineCheck? LastCheck = null, IReadOnlyList<EngineRelease>? Releases = null, Rollout? Rollout = null);

public sealed record EngineRelease(string Version, DateTimeOffset? PublishedAt = null, string? RefusedWhy = null);

public sealed record EngineCheck(DateTimeOffset At, string? Error);

/// <param name="State">installing, canary, batches, done, rolling_back, rolled_back, failed.</param>
public sealed record Rollout(
    string Version, string? From, string State, string? Reason, string? Detail, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<RolloutDevice>? Devices)
{
    public bool IsUnderWay => EndedAt is null && State is not ("done" or "rolled_back" or "failed");

    /// <summary>Devices that have it, or have been passed over.</summary>
    public int Finished => Devices?.Count(device => device.State is "healthy" or "rolled_back" or "left") ?? 0;
}

public sealed record RolloutDevice(string PhoneNumber, bool Canary, string State, string? Reason);

public sealed record RolloutWish(string Version, IReadOnlyList<string>? Canary);

public sealed record Backups(IReadOnlyList<Backup> Items);

/// <param name="State">running, completed or failed.</param>
public sealed record Backup(
    string Id, string State, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt, long? SizeBytes, bool? Encrypted, DateTimeOffset? VerifiedAt, BackupOperation? Operation, BackupFault? Error);

public sealed record BackupOperation(string Kind, string State);

public sealed record BackupFault(string Code, string Detail);

/// <param name="Status">healthy, degraded or unhealthy.</param>
public sealed record Health(string Status, DateTimeOffset Timestamp, string? Version = null, double? UptimeSeconds = null);

public sealed record HealthDetail(string Status, DateTimeOffset Timestamp, Dictionary<string, HealthCheck>? Checks);

public sealed record HealthCheck(string Status, string? Message);

