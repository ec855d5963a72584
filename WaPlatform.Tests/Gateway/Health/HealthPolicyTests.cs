using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Health;

namespace WaPlatform.Tests.Gateway.Health;

public sealed class HealthPolicyTests
{
    [Theory]
    [InlineData(DesiredState.Running, DeviceState.Connected, true, false)]
    [InlineData(DesiredState.Running, DeviceState.Connected, false, true)]
    [InlineData(DesiredState.Running, DeviceState.Pairing, true, false)]
    [InlineData(DesiredState.Running, DeviceState.Connecting, true, false)]
    [InlineData(DesiredState.Running, DeviceState.Starting, true, false)]
    [InlineData(DesiredState.Running, DeviceState.Stopped, false, false)]
    [InlineData(DesiredState.Running, DeviceState.Disconnected, true, true)]
    [InlineData(DesiredState.Running, DeviceState.BackingOff, true, true)]
    [InlineData(DesiredState.Running, DeviceState.Failed, true, true)]
    [InlineData(DesiredState.Running, DeviceState.LoggedOut, true, true)]
    [InlineData(DesiredState.Stopped, DeviceState.Stopped, false, false)]
    [InlineData(DesiredState.Stopped, DeviceState.LoggedOut, false, false)]
    public void IsInTrouble_EveryState_OnlyWhereSomebodyHasToHelp(DesiredState desired, DeviceState state, bool isOwned, bool isInTrouble) =>
        Assert.Equal(isInTrouble, HealthPolicy.IsInTrouble(desired, state, isOwned));

    [Theory]
    [InlineData(0, 0, 0, HealthStatus.Healthy)]
    [InlineData(3, 3, 0, HealthStatus.Healthy)]
    [InlineData(3, 0, 0, HealthStatus.Healthy)]
    [InlineData(3, 2, 1, HealthStatus.Degraded)]
    [InlineData(3, 0, 1, HealthStatus.Degraded)]
    [InlineData(3, 0, 3, HealthStatus.Unhealthy)]
    public void Devices_Counted_AreAsWellAsTheWorstOfThem(int wanted, int connected, int troubled, HealthStatus status) =>
        Assert.Equal(status, HealthPolicy.Devices(wanted, connected, troubled));

    // A number that is paced to one message an hour is not stuck, and neither is one that works its way through many.
    [Theory]
    [InlineData(10, null, 1, true)]
    [InlineData(4, null, 1, false)]
    [InlineData(600, 1, 1, false)]
    [InlineData(600, 10, 1, true)]
    [InlineData(90, 55, 3600, false)]
    [InlineData(200, 150, 3600, true)]
    public void IsStuck_ByWhatWaitsAndWasTried(int waitingMinutes, int? attemptMinutesAgo, int intervalSeconds, bool isStuck) => Assert.Equal(isStuck, HealthPolicy.IsStuck(
        TimeSpan.FromMinutes(waitingMinutes), attemptMinutesAgo is { } minutes ? TimeSpan.FromMinutes(minutes) : null, TimeSpan.FromSeconds(intervalSeconds), TimeSpan.FromMinutes(5)));

    [Theory]
    [InlineData(100, 50, HealthStatus.Healthy)]
    [InlineData(100, 10, HealthStatus.Healthy)]
    [InlineData(1000, 99, HealthStatus.Degraded)]
    [InlineData(1000, 29, HealthStatus.Unhealthy)]
    [InlineData(0, 0, HealthStatus.Healthy)]
    public void Disk_ByWhatIsFree(long total, long free, HealthStatus status) => Assert.Equal(status, HealthPolicy.Disk(total, free, new HealthOptions()));

    [Theory]
    [InlineData(0, 0, HealthStatus.Degraded)]
    [InlineData(2, 2, HealthStatus.Healthy)]
    [InlineData(2, 1, HealthStatus.Degraded)]
    [InlineData(2, 0, HealthStatus.Unhealthy)]
    public void Engines_ByHostsThatHaveOne(int hosts, int equipped, HealthStatus status) => Assert.Equal(status, HealthPolicy.Engines(hosts, equipped));
}
