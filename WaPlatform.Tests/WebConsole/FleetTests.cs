using WaPlatform.Console.Devices;
using WaPlatform.Console.Live;

namespace WaPlatform.Tests.WebConsole;

public sealed class FleetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Fleet _fleet = new();

    public FleetTests() => _fleet.Replace(
    [
        Device("5511999990001", "connected", name: "Front desk"),
        Device("5511999990002", "connected", reason: "reachout_timelock"),
        Device("5511999990003", "pairing"),
        Device("5511999990004", "failed", reason: "crash_loop"),
        Device("5511999990005", "stopped", reason: "operator", desired: "stopped"),
    ]);

    [Theory]
    [InlineData("front", new[] { "5511999990001" })]
    [InlineData("+5511999990003", new[] { "5511999990003" })]
    [InlineData(" 0004 ", new[] { "5511999990004" })]
    [InlineData("nobody", new string[0])]
    public void Look_Search_FindsByNumberAndName(string search, string[] expected)
    {
        _fleet.Look(null, null, search);

        Assert.Equal(expected, _fleet.Shown.Select(device => device.PhoneNumber));
    }

    [Fact]
    public void Look_Attention_ShowsWhatWaitsForAPerson()
    {
        _fleet.Look(Fleet.NeedsAttention, null, null);

        Assert.Equal(["5511999990003", "5511999990004"], _fleet.Shown.Select(device => device.PhoneNumber));
        Assert.Equal(2, _fleet.CountAttention());
    }

    [Fact]
    public void Look_StateAndReason_BothHold()
    {
        _fleet.Look("connected", "reachout_timelock", null);

        Assert.Equal("5511999990002", Assert.Single(_fleet.Shown).PhoneNumber);
        Assert.Equal(2, _fleet.CountByState()["connected"]);
        Assert.Equal(1, _fleet.CountByReason()["reachout_timelock"]);
    }

    [Fact]
    public void Apply_News_ChangesStateAndCounts()
    {
        Assert.True(_fleet.Apply(new DeviceChange("5511999990003", "connected", null, Noon.AddSeconds(1))));

        Assert.Equal(3, _fleet.CountByState()["connected"]);
    }

    [Fact]
    public void Apply_OlderThanWhatWasRead_ChangesNothing()
    {
        Assert.True(_fleet.Apply(new DeviceChange("5511999990001", "disconnected", "network_down", Noon.AddSeconds(-1))));

        Assert.Equal("connected", _fleet.Shown[0].State);
    }

    [Fact]
    public void Replace_ListThatIsOlderThanTheNews_KeepsTheNews()
    {
        _fleet.Apply(new DeviceChange("5511999990003", "connected", null, Noon.AddSeconds(1)));

        _fleet.Replace([Device("5511999990003", "pairing")]);

        Assert.Equal("connected", Assert.Single(_fleet.Shown).State);
    }

    [Fact]
    public void Apply_UnknownNumber_SaysSo() => Assert.False(_fleet.Apply(new DeviceChange("5511999990099", "starting", null, Noon)));

    private static Device Device(string phone, string state, string? reason = null, string? name = null, string desired = "running") =>
        new(phone, name, state, reason, null, Noon, desired, null, null, new QueueFacts(0, 0, 0, false, null, null), null, Noon, Noon);
}
