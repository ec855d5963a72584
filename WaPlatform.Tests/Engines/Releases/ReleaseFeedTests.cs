using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using WaPlatform.ProcessHost.Releases;

namespace WaPlatform.Tests.Engines.Releases;

public sealed class ReleaseFeedTests : IAsyncLifetime
{
    private ReleaseServer _server = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ReleaseServer.StartAsync(CancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Read_Unchanged_IsNotSentAgain()
    {
        _server.Publish("9.2.0", [1]);
        using var download = Download();
        var feed = Feed(download, _server.Url);

        var first = await feed.ReadAsync(null, CancellationToken);
        var same = await feed.ReadAsync(first.Tag, CancellationToken);
        _server.Publish("9.3.0", [1]);
        var changed = await feed.ReadAsync(first.Tag, CancellationToken);

        Assert.Equal("9.2.0", Assert.Single(first.Releases!).Version.ToString());
        Assert.Null(same.Releases);
        Assert.Equal(first.Tag, same.Tag);
        Assert.Equal(2, changed.Releases!.Count);
    }

    [Theory]
    [InlineData("/repos/gowa", "/repos/gowa/releases")]
    [InlineData("/repos/gowa/", "/repos/gowa/releases")]
    [InlineData("/repos/gowa/releases", "/repos/gowa/releases")]
    [InlineData("/mirror", "/mirror/releases/latest")]
    [InlineData("", "/repos/aldinokemal/go-whatsapp-web-multidevice/releases")]
    [InlineData("/list.json", "/list.json")]
    public async Task Read_Address_MayBeOfARepositoryAnApiOrTheListItself(string configured, string served)
    {
        _server.Instead = context => context.Request.Path == served
            ? context.Response.WriteAsync("""{"tag_name":"v9.2.0","assets":[{"name":null}],"other":{}}""", CancellationToken)
            : NotFoundAsync(context);
        using var download = Download();

        var answer = await Feed(download, _server.Address.AbsoluteUri.TrimEnd('/') + configured).ReadAsync(null, CancellationToken);

        Assert.Equal("9.2.0", Assert.Single(answer.Releases!).Version.ToString());
    }

    [Theory]
    [InlineData(403, "X-RateLimit-Reset", 600)]
    [InlineData(429, "Retry-After", 600)]
    public async Task Read_AskedTooOften_SaysWhenToComeBack(int status, string header, int seconds)
    {
        var now = TimeProvider.System.GetUtcNow();
        _server.Instead = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers[header] = (header == "Retry-After" ? seconds : now.ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        };
        using var download = Download();

        var refused = await Assert.ThrowsAsync<ReleaseFeedException>(() => Feed(download, _server.Url).ReadAsync(null, CancellationToken));

        Assert.InRange(refused.NotBefore!.Value, now.AddSeconds(seconds - 2), now.AddSeconds(seconds + 120));
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(404, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, "42")]
    [InlineData(200, "[{\"tag_name\":7}]")]
    [InlineData(200, "[{\"assets\":{}}]")]
    public async Task Read_NoFeed_SaysSo(int status, string body)
    {
        _server.Instead = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body, CancellationToken);
        };
        using var download = Download();

        await Assert.ThrowsAsync<ReleaseFeedException>(() => Feed(download, _server.Url).ReadAsync(null, CancellationToken));
    }

    [Fact]
    public async Task Read_NobodyListens_SaysSo()
    {
        using var download = Download();

        var failed = await Assert.ThrowsAsync<ReleaseFeedException>(() => Feed(download, "http://127.0.0.1:9/repos/gowa").ReadAsync(null, CancellationToken));

        Assert.Contains("can't be reached", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_PlainHttpElsewhere_IsRefusedAlsoAfterARedirect()
    {
        _server.Instead = context =>
        {
            context.Response.Redirect("http://releases.example/a.zip");
            return Task.CompletedTask;
        };
        using var download = Download();

        foreach (var address in new[] { "http://releases.example/a.zip", _server.Url, "file:///etc/passwd" })
        {
            var refused = await Assert.ThrowsAsync<ReleaseFeedException>(() => download.OpenAsync(new Uri(address), null, null, CancellationToken));
            Assert.Contains("plain HTTP", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_RedirectsForEver_IsGivenUp()
    {
        _server.Instead = context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        };
        using var download = Download();

        await Assert.ThrowsAsync<ReleaseFeedException>(() => download.OpenAsync(_server.Address, null, null, CancellationToken));

        Assert.InRange(_server.Requests.Count, 2, 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_MoreThanAllowed_EndsThereWhetherOrNotItWasSaid(bool isSaid)
    {
        _server.Instead = async context =>
        {
            context.Response.ContentLength = isSaid ? 10_000_000_000 : null;
            for (var block = new byte[64 * 1024]; !context.RequestAborted.IsCancellationRequested;)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };
        using var download = Download();
        using var target = new MemoryStream();
        using var response = await download.OpenAsync(_server.Address, null, null, CancellationToken);

        await Assert.ThrowsAsync<ReleaseFeedException>(() => download.CopyAsync(response, target, 100_000, CancellationToken));

        Assert.InRange(target.Length, 0, isSaid ? 0 : 100_000);
    }

    [Fact]
    public async Task Copy_CutOff_SaysSo()
    {
        _server.Instead = async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes("half"), context.RequestAborted);
            context.Abort();
        };
        using var download = Download();
        using var target = new MemoryStream();

        await Assert.ThrowsAsync<ReleaseFeedException>(async () =>
        {
            using var response = await download.OpenAsync(_server.Address, null, null, CancellationToken);
            await download.CopyAsync(response, target, 100, CancellationToken);
        });
    }

    private static ReleaseDownload Download() => new(Options.Create(new EngineReleaseOptions()), TimeProvider.System);

    private static ReleaseFeed Feed(ReleaseDownload download, string url) => new(download, Options.Create(new EngineReleaseOptions { ReleasesUrl = url }), TimeProvider.System);

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
