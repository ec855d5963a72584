using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Faults;
using WaPlatform.Gateway.Media;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Tests.Gateway.Media;

public sealed class MediaFetcherTests : IClassFixture<FileServer>, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wa-fetch-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly FileServer _server;
    private readonly DirectoryMediaStore _media;
    private readonly MediaFetcher _fetcher;

    public MediaFetcherTests(FileServer server)
    {
        _server = server;
        var options = new MediaOptions();
        options.AllowedHosts.Add("127.0.0.1");
        _media = new DirectoryMediaStore(Options.Create(options), new DataDirectory(_directory));
        _fetcher = new MediaFetcher(_media, Options.Create(options), _time);
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _fetcher.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("/photo.png", "image/png", "photo.png", 3)]
    [InlineData("/once", "image/png", "photo.png", 3)]
    [InlineData("/nameless", null, "given.png", 1)]
    public async Task Fetch_FileThatIsThere_IsStored(string path, string? contentType, string name, int size)
    {
        var file = await FetchAsync(_server.UrlOf(path));

        Assert.Equal((contentType, name, size), (file.ContentType, file.Name, (int)file.Size));
        Assert.Equal([file.Key], await FilesAsync());
    }

    [Theory]
    [InlineData("/nothing", "Answered 404.")]
    [InlineData("/page", "Is text/html; must be one of image/jpeg, image/jpg, image/png.")]
    [InlineData("/empty", "Is empty.")]
    [InlineData("/loop", "Redirects more than 5 times.")]
    [InlineData("/private", "Refers to a private address.")]
    [InlineData("/file", "Redirects to what is not an http or https URL, or has a user name in it.")]
    [InlineData("/login", "Redirects to what is not an http or https URL, or has a user name in it.")]
    [InlineData("/large", "Is larger than 20 MB.")]
    [InlineData("/endless", "Is larger than 20 MB.")]
    [InlineData("/broken", "Broke off before its end.")]
    [InlineData("/headers", "Answered with headers that are too large.")]
    public async Task Fetch_FileThatCannotBeSent_IsRefusedAndLeavesNothing(string path, string problem)
    {
        var refused = await Assert.ThrowsAsync<MediaRefusedException>(() => FetchAsync(_server.UrlOf(path)));

        Assert.Equal(problem, refused.Message);
        Assert.Empty(await FilesAsync());
    }

    [Theory]
    [InlineData("http://localhost:{0}/photo.png")]
    [InlineData("http://127.0.0.2:{0}/photo.png")]
    [InlineData("http://[::1]:{0}/photo.png")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/photo.png")]
    [InlineData("http://0.0.0.0:{0}/photo.png")]
    [InlineData("http://2130706434:{0}/photo.png")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.0.0.1/")]
    public async Task Fetch_PrivateAddress_IsNotCalled(string address)
    {
        var before = _server.Requests;

        var refused = await Assert.ThrowsAsync<MediaRefusedException>(() => FetchAsync(string.Format(null, address, _server.Address.Port)));

        Assert.Equal("Refers to a private address.", refused.Message);
        Assert.Equal(before, _server.Requests);
    }

    [Fact]
    public async Task Fetch_BodyThatNeverEnds_IsGivenUpInTime()
    {
        var fetching = FetchAsync(_server.UrlOf("/slow"));
        await _server.BodyBegun.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken);

        _time.Advance(MediaFetcher.Longest);

        var refused = await Assert.ThrowsAsync<MediaRefusedException>(() => fetching.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken));
        Assert.Equal("Took longer than 30 s.", refused.Message);
        Assert.Empty(await FilesAsync());
    }

    [Fact]
    public async Task Fetch_NoRoomOnDisk_SaysSoAndNotThatTheUrlIsBad()
    {
        Directory.Delete(Path.Combine(_directory, "media"));

        var failure = await Assert.ThrowsAsync<PlatformException>(() => FetchAsync(_server.UrlOf("/photo.png")));

        Assert.Equal(ErrorCode.StorageUnavailable, failure.Code);
        Directory.CreateDirectory(Path.Combine(_directory, "media"));
    }

    [Theory]
    [InlineData("http://example.com/a.png", true)]
    [InlineData("https://example.com:8443/a?b=c#d", true)]
    [InlineData("ftp://example.com/a.png", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("//example.com/a.png", false)]
    [InlineData("a.png", false)]
    [InlineData("https://user@example.com/a.png", false)]
    [InlineData("https://user:secret@example.com/a.png", false)]
    public void Problem_AddressThatMayBeFetched_IsNone(string address, bool good) => Assert.Equal(good, MediaFetcher.Problem(address) is null);

    [Fact]
    public async Task Copy_OfAFile_StaysWhenTheFirstIsRemoved()
    {
        var key = Guid.CreateVersion7().ToString("N");
        await File.WriteAllBytesAsync(Path.Combine(_directory, "media", key), RandomNumberGenerator.GetBytes(8), CancellationToken);

        var copy = await _media.CopyAsync(key, CancellationToken);
        _media.Delete(key);

        await using var content = await _media.OpenAsync(copy, CancellationToken);
        Assert.Equal(8, content.Length);
    }

    private Task<FetchedFile> FetchAsync(string address) => _fetcher.FetchAsync(new Uri(address), MediaRule.Image, CancellationToken);

    private Task<IReadOnlyList<string>> FilesAsync() => _media.OlderThanAsync(DateTimeOffset.MaxValue, CancellationToken);
}
