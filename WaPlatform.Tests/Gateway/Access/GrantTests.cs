using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Tests.Gateway.Access;

public sealed class GrantTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("admin messages:read", "messages:read", true)]
    [InlineData("admin messages:read", "admin messages:read", true)]
    [InlineData("admin messages:read", "messages:send", false)]
    [InlineData("messages:read", "messages:read admin", false)]
    public void MissingFor_Scopes_MustBeThere(string own, string asked, bool covers) => AssertCovers(covers, Make(own), Make(asked));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "1", true)]
    [InlineData("1", null, false)]
    [InlineData("1 2", "2", true)]
    [InlineData("1 2", "1 2", true)]
    [InlineData("1 2", "1 3", false)]
    public void MissingFor_Devices_MustBeThere(string? own, string? asked, bool covers) => AssertCovers(covers, Make("admin", own), Make("admin", asked));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, 5, true)]
    [InlineData(5, 5, true)]
    [InlineData(5, 4, true)]
    [InlineData(5, 6, false)]
    [InlineData(5, null, false)]
    public void MissingFor_End_MustNotBeLater(int? own, int? asked, bool covers) => AssertCovers(covers, Make("admin", hours: own), Make("admin", hours: asked));

    [Theory]
    [InlineData(UserRole.Admin, UserRole.Admin, true)]
    [InlineData(UserRole.Operator, UserRole.Viewer, true)]
    [InlineData(UserRole.Operator, UserRole.Admin, false)]
    public void MissingFor_Roles_AreTheirScopes(UserRole own, UserRole asked, bool covers) => AssertCovers(covers, Grant.Of(own), Grant.Of(asked));

    private static void AssertCovers(bool expected, Grant own, Grant asked) => Assert.Equal(expected, own.MissingFor(asked) is null);

    private static Grant Make(string scopes, string? devices = null, int? hours = null) =>
        new([.. scopes.Split(' ')], devices is null ? DeviceAccess.ToAll : DeviceAccess.To(devices.Split(' ')), hours is { } value ? Noon.AddHours(value) : null);
}
