using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>The list of releases, as GitHub's API has it. Throws <see cref="ReleaseFeedException"/>.</summary>
internal sealed class ReleaseFeed(ReleaseDownload download, IOptions<EngineReleaseOptions> options, TimeProvider timeProvider)
{
    private const string Accept = "application/vnd.github+json";
    private const int MaxListBytes = 8 * 1024 * 1024;
    private const int MaxChecksumsBytes = 64 * 1024;

    // GitHub's reset is an hour away at most; nobody else may silence us for longer either.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(2);

    private static readonly string[] Beneath = ["/releases?per_page=30", "/releases/latest", "/repos/aldinokemal/go-whatsapp-web-multidevice/releases?per_page=30", ""];

    /// <summary>The releases; null if they are those of <paramref name="tag"/>.</summary>
    public async Task<FeedAnswer> ReadAsync(string? tag, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            foreach (var address in Addresses(options.Value.ReleasesUrl ?? EngineReleaseOptions.DefaultUrl))
            {
                response?.Dispose();
                response = await download.OpenAsync(address, Accept, tag, cancellationToken);
                if (response.StatusCode != HttpStatusCode.NotFound)
                {
                    break;
                }
            }

            if (response!.StatusCode == HttpStatusCode.NotModified)
            {
                return new FeedAnswer(null, tag);
            }

            RefuseIfLimited(response);
            using var body = new MemoryStream();
            await download.CopyAsync(response, body, MaxListBytes, cancellationToken);
            return new FeedAnswer(FeedRelease.ParseAll(body.GetBuffer().AsSpan(0, (int)body.Length)), response.Headers.ETag?.ToString());
        }
        catch (JsonException)
        {
            throw new ReleaseFeedException("The feed's answer is no list of releases in GitHub's form.");
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>A release's file of checksums.</summary>
    public async Task<string> ReadChecksumsAsync(string url, CancellationToken cancellationToken)
    {
        using var response = await download.OpenAsync(AddressOf(url), null, null, cancellationToken);
        using var body = new MemoryStream();
        await download.CopyAsync(response, body, MaxChecksumsBytes, cancellationToken);
        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    /// <summary>The address that a feed names.</summary>
    public static Uri AddressOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : throw new ReleaseFeedException("The feed names an address that is none.");

    // The list itself; a repository, whose mirror may have nothing but its newest release; or a whole API.
    private static IEnumerable<Uri> Addresses(string configured)
    {
        var address = AddressOf(configured);
        var path = address.AbsolutePath.TrimEnd('/');
        return path.EndsWith("/releases", StringComparison.Ordinal) || path.EndsWith("/latest", StringComparison.Ordinal) || address.Query.Length > 0
            ? [address]
            : Beneath.Select(end => new Uri(configured.TrimEnd('/') + end));
    }

    // https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
    private void RefuseIfLimited(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            return;
        }

        var now = timeProvider.GetUtcNow();
        var until = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => now + delta,
            { Date: { } date } => date,
            _ => Reset(response),
        };
        throw new ReleaseFeedException($"The feed answered {(int)response.StatusCode}: it was asked too often.")
        {
            NotBefore = until > now + LongestSilence ? now + LongestSilence : until,
        };
    }

    private static DateTimeOffset? Reset(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}

/// <summary>What the feed said.</summary>
/// <param name="Releases">Null if nothing has changed.</param>
/// <param name="Tag">To ask for changes by.</param>
internal sealed record FeedAnswer(IReadOnlyList<FeedRelease>? Releases, string? Tag);
