using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.Tests.Engines.Releases;

/// <summary>A feed of releases on loopback, in the form and with the file names of GitHub and GoReleaser.</summary>
internal sealed class ReleaseServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Release> _releases = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _app;

    private ReleaseServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Of the repository, as ENGINE_RELEASES_URL takes it.</summary>
    public string Url => new Uri(Address, "/repos/gowa").AbsoluteUri;

    /// <summary>Paths that were asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Answers whatever is asked; null = as a feed does.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public static async Task<ReleaseServer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new ReleaseServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync(cancellationToken);
        return server;
    }

    public static string ArchiveName(string version) => $"whatsapp_{version}_{EnginePlatform.Current}.zip";

    /// <summary>Puts a release into the feed, or another in its place.</summary>
    /// <param name="digest">What its checksums say; null = the truth, "" = nothing.</param>
    public void Publish(string version, byte[] archive, string? digest = null, bool isPrerelease = false, bool isDraft = false) =>
        _releases[version] = new Release(archive, digest ?? Convert.ToHexStringLower(SHA256.HashData(archive)), isPrerelease, isDraft);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        _requests.Enqueue(context.Request.Path.Value!);
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }

        switch (context.Request.Path.Value!.Split('/'))
        {
            case ["", "repos", "gowa", "releases"]:
                await ListAsync(context);
                break;
            case ["", "files", var version, "checksums.txt"] when _releases.TryGetValue(version, out var release):
                var others = $"{new string('0', 64)}  whatsapp_{version}_plan9_mips.zip\n";
                await context.Response.WriteAsync(release.Digest.Length > 0 ? $"{others}{release.Digest}  {ArchiveName(version)}\n" : others, context.RequestAborted);
                break;
            case ["", "files", var version, var name] when _releases.TryGetValue(version, out var release) && name == ArchiveName(version):
                // As GitHub does: the file itself is elsewhere.
                context.Response.Redirect($"/elsewhere/{version}");
                break;
            case ["", "elsewhere", var version] when _releases.TryGetValue(version, out var release):
                context.Response.ContentLength = release.Archive.Length;
                await context.Response.Body.WriteAsync(release.Archive, context.RequestAborted);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task ListAsync(HttpContext context)
    {
        var list = JsonSerializer.SerializeToUtf8Bytes(_releases.OrderBy(release => release.Key, StringComparer.Ordinal).Select(release => new
        {
            tag_name = $"v{release.Key}",
            draft = release.Value.IsDraft,
            prerelease = release.Value.IsPrerelease,
            published_at = "2026-08-22T13:00:00Z",
            assets = new[] { Asset(release.Key, ArchiveName(release.Key)), Asset(release.Key, "checksums.txt") },
        }));
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(list))}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await context.Response.Body.WriteAsync(list, context.RequestAborted);
    }

    private object Asset(string version, string name) => new { name, browser_download_url = new Uri(Address, $"/files/{version}/{name}").AbsoluteUri };

    private sealed record Release(byte[] Archive, string Digest, bool IsPrerelease, bool IsDraft);
}
