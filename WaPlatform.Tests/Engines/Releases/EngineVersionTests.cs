using WaPlatform.Contracts.Engines;

namespace WaPlatform.Tests.Engines.Releases;

public sealed class EngineVersionTests
{
    [Theory]
    [InlineData("9.2.0", "9.2.0")]
    [InlineData("v9.0.1", "9.0.1")]
    [InlineData("v10.11.12", "10.11.12")]
    [InlineData("009.2.0", "9.2.0")]
    [InlineData("9.2", null)]
    [InlineData("9.2.0-rc.1", null)]
    [InlineData("9.2.0.1", null)]
    [InlineData("9..0", null)]
    [InlineData("9.2.-1", null)]
    [InlineData("9.2.٣", null)]
    [InlineData("../9.2.0", null)]
    [InlineData("9.2.99999999", null)]
    [InlineData("vv9.2.0", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Parse_Text_IsAStableVersionOrNone(string? text, string? expected) =>
        Assert.Equal(expected, EngineVersion.TryParse(text, out var version) ? version.ToString() : null);

    [Fact]
    public void Order_IsThatOfNumbersNotOfTexts()
    {
        var versions = new[] { "9.10.0", "9.2.0", "10.0.0", "9.2.10" }.Select(Parse).Order();

        Assert.Equal(["9.2.0", "9.2.10", "9.10.0", "10.0.0"], versions.Select(version => version.ToString()));
        Assert.True(Parse("9.0.0") < EngineVersion.Minimum);
        Assert.True(Parse("9.0.1") >= EngineVersion.Minimum);
    }

    [Theory]
    [InlineData("linux-amd64", "linux_amd64")]
    [InlineData("windows-386.exe", "windows_386")]
    [InlineData("darwin-arm64", "darwin_arm64")]
    [InlineData("gowa", null)]
    [InlineData("linux-mips", null)]
    public void Platform_OfABinarysName_IsKnownOrNone(string name, string? expected) => Assert.Equal(expected, EnginePlatform.OfBinary(name));

    private static EngineVersion Parse(string text) => EngineVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
