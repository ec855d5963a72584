using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Devices;
using WaPlatform.ServiceDefaults.Machines;

namespace WaPlatform.Gateway.Health;

internal sealed record HealthView(string Status, DateTimeOffset Timestamp, double UptimeSeconds, string Version);

/// <summary>What the platform needs, part by part.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> (it works, and something has to be done) or <c>unhealthy</c>: the worst of the checks.</param>
internal sealed record DetailedHealthView(
    [property: JsonConverter(typeof(SnakeCaseEnumConverter<HealthStatus>))] HealthStatus Status, DateTimeOffset Timestamp, IReadOnlyDictionary<string, CheckView> Checks, SummaryView Summary);

/// <summary>How one part is.</summary>
/// <param name="Data">What was counted, if the check counts.</param>
internal sealed record CheckView(
    [property: JsonConverter(typeof(SnakeCaseEnumConverter<HealthStatus>))] HealthStatus Status, string? Message, double DurationMs, IReadOnlyDictionary<string, object> Data)
{
    public static CheckView Of(HealthStatus status, string? message, TimeSpan elapsed, IReadOnlyDictionary<string, object> data) =>
        new(status, message, Math.Round(elapsed.TotalMilliseconds, 1), data);
}

internal sealed record SummaryView(int Total, int Healthy, int Unhealthy);

internal sealed record DevicesHealthView(DateTimeOffset Timestamp, IReadOnlyDictionary<string, DeviceHealthView> Devices, DevicesSummaryView Summary);

internal sealed record DevicesSummaryView(int Total, int Healthy, int Unhealthy, double HealthPercentage);

/// <summary>How a device is. One that was stopped on purpose is healthy.</summary>
/// <param name="Advice">What a person can do about the reason; null where nothing has to be done.</param>
/// <param name="Reachable">Its engine's process is there, as it is to be.</param>
internal sealed record DeviceHealthView(
    string Status, DeviceState State, DeviceReason? Reason, string? Advice, DateTimeOffset Since, ProcessInfo? Process, QueueInfo Queue, bool Reachable)
{
    public const string Healthy = "healthy";

    public static DeviceHealthView From(DeviceView device) => new(
        IsHealthy(device) ? Healthy : "unhealthy", device.State, device.Reason, device.Advice, device.Since, device.Process, device.Queue,
        Reachable: device.Process is not null || device.Desired == DesiredState.Stopped);

    private static bool IsHealthy(DeviceView device) => device.Desired == DesiredState.Stopped
        ? device.State is DeviceState.Stopped or DeviceState.LoggedOut
        : device.State is DeviceState.Connected;
}

internal sealed record ProcessesView(DateTimeOffset Timestamp, IReadOnlyList<ProcessView> Processes, ProcessesSummaryView Summary);

/// <summary>An engine process that runs.</summary>
internal sealed record ProcessView(
    string PhoneNumber, DeviceState State, int Pid, int Port, long MemoryBytes, double CpuPercent, DateTimeOffset StartedAt, int Restarts, string Engine, string? EngineVersion, string Host)
{
    public static ProcessView? From(DeviceView device) => device.Process is { } process
        ? new ProcessView(
            device.PhoneNumber, device.State, process.Pid, process.Port, process.MemoryBytes, process.CpuPercent, process.StartedAt, process.Restarts, process.Engine, process.EngineVersion, process.Host)
        : null;
}

/// <param name="CpuPercent">Of one core, all of them together.</param>
internal sealed record ProcessesSummaryView(int Total, long MemoryBytes, double CpuPercent)
{
    public static ProcessesSummaryView Of(IReadOnlyCollection<ProcessView> processes) =>
        new(processes.Count, processes.Sum(process => process.MemoryBytes), Math.Round(processes.Sum(process => process.CpuPercent), 1));
}

/// <summary>The machines that the platform runs on.</summary>
/// <param name="Gateway">The gateway that answers, and its machine.</param>
/// <param name="Hosts">All hosts; empty for a caller that is limited to some devices.</param>
internal sealed record SystemHealthView(DateTimeOffset Timestamp, VersionsView Versions, GatewayView Gateway, IReadOnlyList<HostHealthView> Hosts);

/// <param name="Platform">Of the gateway that answers.</param>
/// <param name="Engines">That run now, with the number of their processes.</param>
internal sealed record VersionsView(string Platform, string Runtime, string OperatingSystem, string Architecture, string Database, IReadOnlyDictionary<string, int> Engines);

internal sealed record GatewayView(string Machine, int Pid, double UptimeSeconds, MachineVitals Vitals);

/// <param name="Vitals">As the host last told, every 15 s; null before it has.</param>
internal sealed record HostHealthView(
    string Id, string State, string Machine, string Version, string Engine, DateTimeOffset StartedAt, int Devices, int MaxProcesses, ProcessesSummaryView Processes, HostVitals? Vitals);
