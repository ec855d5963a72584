using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Faults;
using WaPlatform.ServiceDefaults.Media;
using WaPlatform.ServiceDefaults.Outside;

namespace WaPlatform.Gateway.Media;

/// <summary>Fetches the files that callers name by a URL, while their message is accepted: what is accepted depends on no link that may expire.</summary>
internal sealed class MediaFetcher : IDisposable
{
    /// <summary>For all of it: resolution, redirects, and the body to its end.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const int MaxRedirects = 5;
    private const int MaxAddress = 2048;

    private readonly MediaStore _media;
    private readonly TimeProvider _timeProvider;

    // Of its own making, not the factory's: a GET that failed is not to be tried again while the caller waits, and no service name is to be resolved.
    private readonly HttpClient _client;

    public MediaFetcher(MediaStore media, IOptions<MediaOptions> options, TimeProvider timeProvider)
    {
        _media = media;
        _timeProvider = timeProvider;
        _client = new HttpClient(OutsideConnections.CreateHandler(options.Value.AllowedHosts)) { Timeout = Timeout.InfiniteTimeSpan };

        // Some public hosts refuse clients that don't say who they are.
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("WaPlatform", "1"));
    }

    /// <returns>Null for an address that may be fetched; else what is wrong with it.</returns>
    public static string? Problem(string address) => address.Length <= MaxAddress && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        ? Problem(uri)
        : $"Must be an absolute http or https URL of at most {MaxAddress} characters.";

    /// <summary>Stores the file that is at the address.</summary>
    /// <exception cref="MediaRefusedException">It cannot be had, or is not what such a message takes.</exception>
    /// <exception cref="PlatformException">STORAGE_UNAVAILABLE.</exception>
    public async Task<FetchedFile> FetchAsync(Uri address, MediaRule rule, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await FollowAsync(address, either.Token);
            return await StoreAsync(response, rule, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MediaRefusedException($"Took longer than {Longest.TotalSeconds:0} s.");
        }
        catch (HttpRequestException exception)
        {
            throw new MediaRefusedException(Why(exception));
        }
        catch (MediaTooLargeException)
        {
            throw TooLarge(rule);
        }
        catch (IOException)
        {
            throw new PlatformException(ErrorCode.StorageUnavailable, "The file cannot be stored now; nothing was sent.");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string? Problem(Uri address) =>
        address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps ? "Must be an http or https URL."
        : address.UserInfo.Length > 0 ? "Must have no user name and password in it."
        : null;

    private async Task<HttpResponseMessage> FollowAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NoContent)
            {
                return response;
            }

            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                {
                    throw new MediaRefusedException($"Answered {(int)response.StatusCode}.");
                }

                if (redirects == MaxRedirects)
                {
                    throw new MediaRefusedException($"Redirects more than {MaxRedirects} times.");
                }

                if (!Uri.TryCreate(address, location, out var next) || Problem(next) is not null)
                {
                    throw new MediaRefusedException("Redirects to what is not an http or https URL, or has a user name in it.");
                }

                address = next;
            }
        }
    }

    private async Task<FetchedFile> StoreAsync(HttpResponseMessage response, MediaRule rule, CancellationToken cancellationToken)
    {
        var declared = MediaRule.Declared(response.Content.Headers.ContentType?.ToString());
        if (declared is not null && !rule.Takes(declared, "", out _))
        {
            throw new MediaRefusedException($"Is {declared}; must be one of {rule.TypesText}.");
        }

        if (response.Content.Headers.ContentLength > rule.Limit)
        {
            throw TooLarge(rule);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var source = new SourceStream(body, digest: null, static exception =>
            exception is IOException or HttpRequestException ? new MediaRefusedException("Broke off before its end.") : null);
        var (key, size) = await _media.WriteAsync(source, rule.Limit, cancellationToken);
        if (size == 0)
        {
            _media.Delete(key);
            throw new MediaRefusedException("Is empty.");
        }

        var disposition = response.Content.Headers.ContentDisposition;
        return new FetchedFile(
            key, size, declared, FileNames.Clean((disposition?.FileNameStar ?? disposition?.FileName)?.Trim('"')) ?? NameOf(response.RequestMessage?.RequestUri));
    }

    private static string? NameOf(Uri? address) => address is null ? null : FileNames.Clean(Uri.UnescapeDataString(address.Segments[^1]));

    private static MediaRefusedException TooLarge(MediaRule rule) => new($"Is larger than {rule.LimitText}.");

    private static string Why(HttpRequestException exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PrivateAddressException:
                    return "Refers to a private address.";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "Names a host that cannot be found.";
            }
        }

        return exception.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => "Has no valid certificate.",
            HttpRequestError.ConfigurationLimitExceeded => "Answered with headers that are too large.",
            _ => "Cannot be reached.",
        };
    }
}

/// <summary>A file that was fetched and is on disk.</summary>
/// <param name="ContentType">As its server said; null if it said nothing.</param>
/// <param name="Name">As its server or its address said.</param>
internal sealed record FetchedFile(string Key, long Size, string? ContentType, string? Name);

/// <summary>A file cannot be had from where it is said to be; the message says why, in words for the caller.</summary>
internal sealed class MediaRefusedException(string message) : Exception(message);
