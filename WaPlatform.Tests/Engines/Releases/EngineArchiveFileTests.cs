using WaPlatform.Contracts.Engines;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Tests.Engines.Releases;

public sealed class EngineArchiveFileTests : IDisposable
{
    private const int SymbolicLink = 0xA1FF;

    // What deflate makes of nothing.
    private static readonly byte[] Nothing = [3, 0];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wa-archive-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(_directory.FullName, "archive.zip");

    private string Target => Path.Combine(_directory.FullName, "binary");

    [Fact]
    public async Task Unpack_AsReleasesAre_WritesTheBinaryForItsUserToRun()
    {
        await WriteAsync(EngineArchiveMaker.Zip(("linux-amd64", "binary"u8.ToArray()), ("readme.md", [1]), ("LICENSE", [2])));

        Assert.Equal("linux-amd64", await EngineArchiveFile.InspectAsync(Archive, CancellationToken));
        await EngineArchiveFile.UnpackAsync(Archive, Target, CancellationToken);

        Assert.Equal("binary", await File.ReadAllTextAsync(Target, CancellationToken));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Target));
        }
    }

    [Theory]
    [InlineData("../slipped")]
    [InlineData("a/../../slipped")]
    [InlineData("/etc/slipped")]
    [InlineData("..\\slipped")]
    [InlineData("C:slipped")]
    [InlineData("slip\nped")]
    public async Task Inspect_AnEntryThatLeadsElsewhere_RefusesTheWholeArchive(string name)
    {
        await WriteAsync(EngineArchiveMaker.ZipSlip("9.9.9", name));

        await AssertRefusedAsync("leads elsewhere");
        Assert.Equal([Archive], Directory.GetFiles(_directory.FullName));
    }

    [Fact]
    public async Task Inspect_ASymbolicLink_IsRefused()
    {
        await WriteAsync(EngineArchiveMaker.ByHand("linux-amd64", [.. "K,"u8, .. Nothing], 1, SymbolicLink));

        await AssertRefusedAsync("leads elsewhere");
    }

    [Fact]
    public async Task Unpack_TenGigabytesInTenMegabytes_IsRefusedBeforeAnythingIsUnpacked()
    {
        await WriteAsync(EngineArchiveMaker.Bomb());
        Assert.InRange(new FileInfo(Archive).Length, 1, 64 * 1024 * 1024);

        await AssertRefusedAsync("would have 10737418240 bytes");
        var refused = await Assert.ThrowsAsync<EngineArchiveException>(() => EngineArchiveFile.UnpackAsync(Archive, Target, CancellationToken));

        Assert.Equal(RolloutReason.ArchiveRefused, refused.Reason);
        Assert.False(File.Exists(Target));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(1)]
    public async Task Unpack_TenGigabytesThatSayTheyAreLess_WritesNoMoreThanThat(long said)
    {
        await WriteAsync(EngineArchiveMaker.Bomb(said));

        await Record.ExceptionAsync(() => EngineArchiveFile.UnpackAsync(Archive, Target, CancellationToken));

        // Up to one buffer more.
        Assert.InRange(new FileInfo(Target).Length, 0, said + (128 * 1024));
    }

    [Fact]
    public async Task Unpack_LessThanItSays_IsRefused()
    {
        await WriteAsync(EngineArchiveMaker.ByHand("linux-amd64", Nothing, 1000));

        await Assert.ThrowsAsync<EngineArchiveException>(() => EngineArchiveFile.UnpackAsync(Archive, Target, CancellationToken));
    }

    [Fact]
    public async Task Inspect_MoreEntriesThanAnyRelease_IsRefusedBeforeTheyAreRead()
    {
        await WriteAsync(EngineArchiveMaker.Zip([.. Enumerable.Range(0, 65).Select(number => ($"file{number}.txt", Array.Empty<byte>()))]));

        await AssertRefusedAsync("more than 64 entries");
    }

    [Fact]
    public async Task Inspect_OneEntryInADirectoryOfMegabytes_IsRefusedBeforeItIsRead()
    {
        var honest = EngineArchiveMaker.Zip(("linux-amd64", [1]));
        await WriteAsync([.. honest[..^22], .. new byte[1024 * 1024], .. honest[^22..]]);

        await AssertRefusedAsync("or says so");
    }

    [Theory]
    [InlineData("no binary", "readme.md")]
    [InlineData("no binary", "license")]
    [InlineData("more than one binary", "linux-amd64", "linux-arm64")]
    public async Task Inspect_NotOneBinary_IsRefused(string why, params string[] names)
    {
        await WriteAsync(EngineArchiveMaker.Zip([.. names.Select(name => (name, new byte[] { 1 }))]));

        await AssertRefusedAsync(why);
    }

    [Fact]
    public async Task Inspect_AnEmptyBinary_IsRefused()
    {
        await WriteAsync(EngineArchiveMaker.Zip(("linux-amd64", [])));

        await AssertRefusedAsync("is empty");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task Inspect_NoZip_IsRefused(int length)
    {
        var rubbish = new byte[length];
        new Random(length).NextBytes(rubbish);
        await WriteAsync(rubbish);

        await AssertRefusedAsync("no ZIP archive");
    }

    [Fact]
    public async Task Inspect_AnArchiveThatIsCutOff_IsRefused()
    {
        var honest = EngineArchiveMaker.Zip(("linux-amd64", new byte[10_000]));
        await WriteAsync([.. honest[..20], .. honest[^60..]]);

        await Assert.ThrowsAsync<EngineArchiveException>(() => EngineArchiveFile.InspectAsync(Archive, CancellationToken));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private Task WriteAsync(byte[] archive) => File.WriteAllBytesAsync(Archive, archive, CancellationToken);

    private async Task AssertRefusedAsync(string why)
    {
        var refused = await Assert.ThrowsAsync<EngineArchiveException>(() => EngineArchiveFile.InspectAsync(Archive, CancellationToken));
        Assert.Equal(RolloutReason.ArchiveRefused, refused.Reason);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
