using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.Gateway.Health;

/// <summary>Decides from what was counted how a part of the platform is.</summary>
internal static class HealthPolicy
{
    /// <summary>A device that is to run and needs time is not in trouble; one that somebody or something has to help is.</summary>
    public static bool IsInTrouble(DesiredState desired, DeviceState state, bool isOwned) => desired == DesiredState.Running
        && (state is DeviceState.Failed or DeviceState.BackingOff or DeviceState.Disconnected or DeviceState.LoggedOut
            || (!isOwned && state is not DeviceState.Stopped));

    /// <param name="wanted">Devices that are to run.</param>
    /// <param name="connected">Those of them that are.</param>
    /// <param name="troubled">Those that are in trouble.</param>
    public static HealthStatus Devices(int wanted, int connected, int troubled) =>
        troubled == 0 ? HealthStatus.Healthy : connected == 0 && troubled == wanted ? HealthStatus.Unhealthy : HealthStatus.Degraded;

    /// <summary>Whether a device that could send does not.</summary>
    /// <param name="waiting">Age of the oldest message that could go out.</param>
    /// <param name="sinceAttempt">Since the last message was tried; null if none ever was.</param>
    /// <param name="interval">The pace that is set for the device.</param>
    public static bool IsStuck(TimeSpan waiting, TimeSpan? sinceAttempt, TimeSpan interval, TimeSpan stuckAfter)
    {
        var patience = stuckAfter + interval + interval;
        return waiting > patience && (sinceAttempt is null || sinceAttempt > patience);
    }

    public static HealthStatus Disk(long totalBytes, long freeBytes, HealthOptions options)
    {
        var percent = totalBytes == 0 ? 100 : 100.0 * freeBytes / totalBytes;
        return percent < options.DiskCriticalPercent ? HealthStatus.Unhealthy : percent < options.DiskWarningPercent ? HealthStatus.Degraded : HealthStatus.Healthy;
    }

    /// <param name="hosts">Hosts that are alive.</param>
    /// <param name="equipped">Those of them that have an engine to run.</param>
    public static HealthStatus Engines(int hosts, int equipped) =>
        hosts == equipped && hosts > 0 ? HealthStatus.Healthy : hosts > 0 && equipped == 0 ? HealthStatus.Unhealthy : HealthStatus.Degraded;

    /// <summary>The worst of several.</summary>
    public static HealthStatus Worst(IEnumerable<HealthStatus> statuses) => statuses.DefaultIfEmpty(HealthStatus.Healthy).Min();
}
