namespace WaPlatform.Console.Platform;

public sealed record Hosts(IReadOnlyList<PlatformHost> Items);

/// <param name="State">alive, draining or lost.</param>
public sealed record PlatformHost(
    string Id, string State, string? Machine, int Pid, string? Version, string? Engine, DateTimeOffset StartedAt, DateTimeOffset LeaseUntil, HostDevices Devices, int MaxProcesses);

public sealed record HostDevices(int Running, int Total);

public sealed record SystemReport(SystemVersions Versions, IReadOnlyList<HostReport> Hosts);

public sealed record SystemVersions(string Platform, string Runtime, string OperatingSystem, string Database);

/// <param name="Vitals">Null until the host has told them.</param>
public sealed record HostReport(string Id, HostProcesses? Processes, HostVitals? Vitals);

public sealed record HostProcesses(int Total, long MemoryBytes, double CpuPercent);

public sealed record HostVitals(int? Processors, double? Load, long? MemoryBytes, long? MemoryAvailableBytes, long? DiskBytes, long? DiskFreeBytes);

/// <param name="Status">healthy, degraded or unhealthy.</param>
public sealed record Health(string Status, DateTimeOffset Timestamp, string? Version = null, double? UptimeSeconds = null);

public sealed record HealthDetail(string Status, DateTimeOffset Timestamp, Dictionary<string, HealthCheck>? Checks);

public sealed record HealthCheck(string Status, string? Message);

public sealed record Jobs(IReadOnlyList<Job> Items);

/// <param name="Schedule">Cron expression, in UTC; null = it runs on demand only.</param>
public sealed record Job(string Name, string? Schedule, DateTimeOffset? NextRun, JobRun? LastRun);

/// <param name="DurationMs">Null while it runs.</param>
/// <param name="Outcome">running, succeeded or failed.</param>
public sealed record JobRun(string Id, DateTimeOffset StartedAt, long? DurationMs, string Outcome, string? Detail);

/// <param name="Url">Where the dashboard is.</param>
public sealed record Dashboard(string Url, DateTimeOffset ExpiresAt);

public sealed record CleanupWish(bool DryRun);

public sealed record CleanupReport(bool DryRun, long DurationMs, long Items, long Bytes, IReadOnlyList<CleanupPart> Parts);

/// <param name="Host">Null for what is not a host's own.</param>
public sealed record CleanupPart(string Name, string? Host, long Items, long Bytes, string? Error);

public sealed record Metrics(MessageFigures Messages);

/// <summary>Of the messages that were accepted within the window.</summary>
/// <param name="DeliveryRate">From 0 to 1; null if none has ended.</param>
public sealed record MessageFigures(int WindowSeconds, long Accepted, double? DeliveryRate)
{
    public double PerMinute => Math.Round(Accepted * 60.0 / Math.Max(1, WindowSeconds), 1);
}
