using WaPlatform.Gateway.Events;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class RoomsTests
{
    private const string Phone = "5511999999999";

    [Theory]
    [InlineData(null, true, true)]
    [InlineData("", false, false)]
    [InlineData("all", true, true)]
    [InlineData("device-5511999999999", false, true)]
    [InlineData("device-+5511999999999, all", true, true)]
    [InlineData("device-5511999999999@c.us", false, true)]
    [InlineData("device-5511888888888", false, false)]
    public void FromQuery_Names_DecideWhatIsHeard(string? query, bool all, bool either)
    {
        var rooms = Rooms.FromQuery(query)!;

        Assert.Equal(all, rooms.Hear(Audience.All, Phone));
        Assert.Equal(either, rooms.Hear(Audience.Both, Phone));
    }

    [Theory]
    [InlineData("everyone")]
    [InlineData("device-")]
    [InlineData("device-abc")]
    [InlineData("ALL")]
    [InlineData("all,nothing")]
    public void FromQuery_NotARoom_IsRefused(string query) => Assert.Null(Rooms.FromQuery(query));

    [Fact]
    public void WithAndWithout_SameRoom_AreUndone()
    {
        var rooms = Rooms.Nowhere.With($"device-{Phone}")!.With("all")!;

        Assert.True(rooms.Hear(Audience.Device, Phone));
        rooms = rooms.Without("all")!.Without($"device-+{Phone}")!;
        Assert.False(rooms.Hear(Audience.Both, Phone));
        Assert.Null(rooms.With(null));
        Assert.Null(rooms.Without("x"));
    }
}
