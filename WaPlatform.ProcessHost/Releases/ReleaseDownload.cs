using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>
/// Fetches what a release consists of. Only over TLS, but from this machine itself and where plain HTTP is allowed, also after redirects; in bounded time
/// and size. Throws <see cref="ReleaseFeedException"/> for whatever keeps it from that.
/// </summary>
internal sealed class ReleaseDownload : IDisposable
{
    private const int MaxRedirects = 5;
    private const int BufferSize = 128 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    // Between two pieces of a body: a server that stopped sending.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly bool _allowHttp;
    private readonly TimeProvider _timeProvider;

    public ReleaseDownload(IOptions<EngineReleaseOptions> options, TimeProvider timeProvider)
    {
        _allowHttp = options.Value.AllowHttp;
        _timeProvider = timeProvider;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = new OutsideProxy(),
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };

        // GitHub answers nobody who does not say who they are.
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("WaPlatform", typeof(ReleaseDownload).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>The answer to a request, its body still to be read; redirects are followed.</summary>
    /// <param name="tag">Of an earlier answer: 304 if it is still the same.</param>
    public async Task<HttpResponseMessage> OpenAsync(Uri address, string? accept, string? tag, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            RefuseUnlessSafe(address);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", accept ?? "*/*");
            if (tag is not null)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            }

            var response = await GuardAsync(address, limit => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit), AnswerTimeout, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return response;
            }

            using (response)
            {
                address = response.Headers.Location is { } location && redirects < MaxRedirects
                    ? new Uri(address, location)
                    : throw new ReleaseFeedException($"{address.Host} redirects without an end.");
            }
        }
    }

    /// <summary>Copies a body to a stream as it comes; its SHA-256 in hex.</summary>
    /// <param name="limit">Bytes; more are refused, at once where the server says so before.</param>
    public async Task<string> CopyAsync(HttpResponseMessage response, Stream target, long limit, CancellationToken cancellationToken)
    {
        var address = response.RequestMessage!.RequestUri!;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new ReleaseFeedException($"{address.Host} answered {(int)response.StatusCode} for {address.AbsolutePath}.");
        }

        if (response.Content.Headers.ContentLength > limit)
        {
            throw new ReleaseFeedException($"{address.AbsolutePath} has {response.Content.Headers.ContentLength} bytes, more than {limit}.");
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var body = await GuardAsync(address, response.Content.ReadAsStreamAsync, IdleTimeout, cancellationToken);
        var buffer = new byte[BufferSize];
        long size = 0;
        for (int read; (read = await GuardAsync(address, token => body.ReadAsync(buffer, token).AsTask(), IdleTimeout, cancellationToken)) > 0;)
        {
            size += read;
            if (size > limit)
            {
                throw new ReleaseFeedException($"{address.AbsolutePath} has more than {limit} bytes.");
            }

            digest.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Convert.ToHexStringLower(digest.GetCurrentHash());
    }

    public void Dispose() => _http.Dispose();

    private void RefuseUnlessSafe(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || _allowHttp)))
        {
            throw new ReleaseFeedException($"{address.Host} is not asked over plain HTTP (Engine:AllowHttp).");
        }
    }

    private async Task<T> GuardAsync<T>(Uri address, Func<CancellationToken, Task<T>> call, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(limit, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ReleaseFeedException($"{address.Host} did not answer within {limit.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ReleaseFeedException($"{address.Host} can't be reached: {exception.Message}");
        }
    }
}

/// <summary>The feed, or a file that it names, can't be had now.</summary>
/// <param name="message">Why, for an administrator.</param>
internal sealed class ReleaseFeedException(string message) : Exception(message)
{
    /// <summary>When it makes sense to ask again, if the feed said so.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
