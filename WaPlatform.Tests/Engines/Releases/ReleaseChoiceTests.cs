using WaPlatform.ProcessHost.Releases;

namespace WaPlatform.Tests.Engines.Releases;

public sealed class ReleaseChoiceTests
{
    private const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("9.3.0", "v9.2.0", "v9.3.0", "v9.1.0")]
    [InlineData("9.10.0", "v9.9.0", "v9.10.0")]
    [InlineData("9.2.0", "v9.2.0", "v9.3.0-rc.1", "nightly")]
    [InlineData("9.0.1", "v9.0.1", "v9.0.0", "v8.7.0")]
    [InlineData(null, "v9.0.0")]
    [InlineData(null)]
    public void Newest_OfSome_IsTheHighestStableOneThatWorks(string? expected, params string[] tags) =>
        Assert.Equal(expected, ReleaseChoice.Newest(tags.Select(tag => Release(tag, "linux_amd64")), ["linux_amd64"])?.Version.ToString());

    [Fact]
    public void Newest_DraftsAndPrereleases_DoNotCount()
    {
        FeedRelease[] releases = [Release("v9.2.0", "linux_amd64"), Release("v9.3.0", "linux_amd64") with { IsDraft = true }, Release("v9.4.0", "linux_amd64") with { IsPrerelease = true }];

        Assert.Equal("9.2.0", ReleaseChoice.Newest(releases, ["linux_amd64"])?.Version.ToString());
    }

    [Theory]
    [InlineData("9.3.0", "linux_amd64")]
    [InlineData("9.2.0", "linux_amd64", "darwin_arm64")]
    [InlineData(null, "linux_amd64", "linux_arm64")]
    public void Newest_ReleaseIsStillGrowing_IsTheOneThatEveryPlatformHas(string? expected, params string[] platforms)
    {
        FeedRelease[] releases = [Release("v9.2.0", "linux_amd64", "darwin_arm64"), Release("v9.3.0", "linux_amd64")];

        Assert.Equal(expected, ReleaseChoice.Newest(releases, platforms)?.Version.ToString());
    }

    [Fact]
    public void Newest_WithoutChecksums_DoesNotCount()
    {
        var release = Release("v9.2.0", "linux_amd64");

        Assert.Null(ReleaseChoice.Newest([release with { Assets = [.. release.Assets!.Where(asset => asset.Name != "checksums.txt")] }], ["linux_amd64"]));
    }

    [Theory]
    [InlineData($"{Digest}  a.zip\n{Digest}  b.zip", "a.zip", true)]
    [InlineData($"{Digest} *a.zip\r\n", "a.zip", true)]
    [InlineData($"{Digest}  not-a.zip", "a.zip", false)]
    [InlineData($"{Digest}  a.zip.sig", "a.zip", false)]
    [InlineData("abc  a.zip", "a.zip", false)]
    [InlineData("", "a.zip", false)]
    public void Checksums_OfAFile_IsFoundByItsWholeName(string text, string name, bool found) => Assert.Equal(found ? Digest : null, Checksums.Find(text, name));

    [Fact]
    public void Checksums_TwoForOneFile_IsNone() => Assert.Null(Checksums.Find($"{Digest}  a.zip\n{Digest.Replace('0', '1')}  a.zip", "a.zip"));

    private static FeedRelease Release(string tag, params string[] platforms) => new(tag, false, false, null,
    [
        .. platforms.Select(platform => new FeedAsset($"whatsapp_{tag.TrimStart('v')}_{platform}.zip", "https://example.com/a")),
        new FeedAsset("checksums.txt", "https://example.com/c"), new FeedAsset("checksums-macos.txt", "https://example.com/c"),
    ]);
}
