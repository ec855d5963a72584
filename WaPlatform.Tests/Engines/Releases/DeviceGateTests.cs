using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.ProcessHost.Releases;

namespace WaPlatform.Tests.Engines.Releases;

public sealed class DeviceGateTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly EngineVersion New = new(9, 3, 0);
    private static readonly EngineVersion Old = new(9, 2, 0);

    private static readonly DeviceSight Fine = new(DeviceState.Connected, New, IsConnected: true, IsSameProcess: true, Sends: true);

    public static TheoryData<string, int, RolloutDeviceState, RolloutReason?> OfRestarting() => new()
    {
        { "fine", 5, RolloutDeviceState.Soaking, null },
        { "starting", 5, RolloutDeviceState.Restarting, null },
        { "starting", 46, RolloutDeviceState.Failed, RolloutReason.NotReady },
        { "unknown", 5, RolloutDeviceState.Restarting, null },
        { "unknown", 46, RolloutDeviceState.Failed, RolloutReason.NotReady },
        { "not exchanged yet", 46, RolloutDeviceState.Restarting, null },
        { "not exchanged yet", 106, RolloutDeviceState.Failed, RolloutReason.NotReady },
        { "ended", 5, RolloutDeviceState.Failed, RolloutReason.EngineEnded },
        { "given up", 5, RolloutDeviceState.Failed, RolloutReason.EngineEnded },
        { "another version", 5, RolloutDeviceState.Failed, RolloutReason.WrongVersion },
        { "connecting", 5, RolloutDeviceState.Restarting, null },
        { "connecting", 46, RolloutDeviceState.Failed, RolloutReason.NotConnected },
        { "connected without its mirror", 46, RolloutDeviceState.Failed, RolloutReason.NotConnected },
        { "connecting as before", 5, RolloutDeviceState.Soaking, null },
        { "stopped", 5, RolloutDeviceState.Left, null },
    };

    public static TheoryData<string, int, RolloutDeviceState, RolloutReason?> OfSoaking() => new()
    {
        { "fine", 5, RolloutDeviceState.Soaking, null },
        { "fine", 10, RolloutDeviceState.Healthy, null },
        { "connecting", 5, RolloutDeviceState.Failed, RolloutReason.ConnectionLost },
        { "connecting as before", 10, RolloutDeviceState.Healthy, null },
        { "ended", 5, RolloutDeviceState.Failed, RolloutReason.EngineEnded },
        { "another process", 5, RolloutDeviceState.Restarting, null },
        { "starting", 5, RolloutDeviceState.Soaking, null },
        { "starting", 56, RolloutDeviceState.Failed, RolloutReason.NotReady },
        { "unknown", 20, RolloutDeviceState.Soaking, null },
        { "deaf", 10, RolloutDeviceState.Soaking, null },
        { "deaf", 56, RolloutDeviceState.Failed, RolloutReason.NothingSent },
        { "stopped", 5, RolloutDeviceState.Left, null },
    };

    public static TheoryData<string, int, RolloutDeviceState, RolloutReason?> OfRollingBack() => new()
    {
        { "fine", 5, RolloutDeviceState.RollingBack, null },
        { "another version", 5, RolloutDeviceState.RolledBack, null },
        { "starting", 5, RolloutDeviceState.RollingBack, null },
        { "starting", 46, RolloutDeviceState.RolledBack, null },
        { "not exchanged yet", 46, RolloutDeviceState.RollingBack, null },
        { "stopped", 5, RolloutDeviceState.RolledBack, null },
    };

    [Theory]
    [MemberData(nameof(OfRestarting))]
    public void Judge_Restarting(string sight, int seconds, RolloutDeviceState expected, RolloutReason? reason) => Check(RolloutDeviceState.Restarting, sight, seconds, expected, reason);

    [Theory]
    [MemberData(nameof(OfSoaking))]
    public void Judge_Soaking(string sight, int seconds, RolloutDeviceState expected, RolloutReason? reason) => Check(RolloutDeviceState.Soaking, sight, seconds, expected, reason);

    [Theory]
    [MemberData(nameof(OfRollingBack))]
    public void Judge_RollingBack(string sight, int seconds, RolloutDeviceState expected, RolloutReason? reason) => Check(RolloutDeviceState.RollingBack, sight, seconds, expected, reason);

    [Theory]
    [InlineData(0, false, false, 0, true)]
    [InlineData(3, false, false, null, false)]
    [InlineData(3, false, false, -1, false)]
    [InlineData(3, false, false, 1, true)]
    [InlineData(3, true, false, null, true)]
    [InlineData(3, false, true, null, true)]
    public void Sends_WhatWaits_MustHaveGoneOutSinceTheStartUnlessSomethingHoldsIt(int pending, bool paused, bool parked, int? sentAfter, bool expected)
    {
        var queue = new QueueInfo(pending, 0, 0, paused, null, new QueueSettings(), parked ? Start.AddHours(1) : null);

        Assert.Equal(expected, DeviceSight.Of(Live(queue, sentAfter is { } seconds ? Start.AddSeconds(seconds) : null), null, TimeSpan.FromSeconds(10)).Sends);
    }

    [Fact]
    public void Sends_DeviceThatSendsSeldom_MayHaveWhatWaits() => Assert.True(
        DeviceSight.Of(Live(new QueueInfo(3, 0, 0, false, null, new QueueSettings(IntervalMs: 60_000)), null), null, TimeSpan.FromSeconds(10)).Sends);

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(10_000_000, false)]
    public void IsSameProcess_ByItsStartAsTheDatabaseKeepsIt(long ticks, bool expected) => Assert.Equal(
        expected, DeviceSight.Of(Live(new QueueInfo(0, 0, 0, false, null, new QueueSettings()), null), Start.AddTicks(ticks), TimeSpan.Zero).IsSameProcess);

    private static void Check(RolloutDeviceState state, string sight, int seconds, RolloutDeviceState expected, RolloutReason? reason)
    {
        var seen = sight switch
        {
            "unknown" or "not exchanged yet" => null,
            "starting" => new DeviceSight(DeviceState.Starting, null, false, true, true),
            "ended" => new DeviceSight(DeviceState.BackingOff, null, false, true, true),
            "given up" => new DeviceSight(DeviceState.Failed, null, false, true, true),
            "stopped" => new DeviceSight(DeviceState.Stopped, null, false, true, true),
            "another version" => Fine with { Version = Old },
            "connecting" or "connecting as before" => Fine with { State = DeviceState.Connecting, IsConnected = false },
            "connected without its mirror" => Fine with { IsConnected = false },
            "another process" => Fine with { IsSameProcess = false },
            "deaf" => Fine with { Sends = false },
            _ => Fine,
        };
        var facts = new GateFacts(
            state, TimeSpan.FromSeconds(seconds), WasConnected: sight != "connecting as before", IsRenewed: sight != "not exchanged yet", New, TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(10), seen);

        Assert.Equal(new GateVerdict(expected, reason), DeviceGate.Judge(facts));
    }

    private static DeviceLive Live(QueueInfo queue, DateTimeOffset? sentAt) => new(
        DeviceState.Connected, null, Start, null, new ProcessInfo(1, 2, Start, 0, 0, 0, "gowa", "v9.3.0", "host-1"), queue, new EngineFlags(true, true, true, null, sentAt, null));
}
