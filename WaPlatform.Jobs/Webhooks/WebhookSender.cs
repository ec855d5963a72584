using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using WaPlatform.ServiceDefaults.Outside;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>Makes single requests to receivers. Whatever one of them does costs the others nothing: it is limited in time and size, and connections are not shared or counted.</summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>Bytes of an answer that are kept.</summary>
    public const int MaxAnswer = 2048;

    // To read an answer to its end keeps its connection; of one that goes on for longer nothing more is wanted.
    private const int MaxRest = 64 * 1024;

    private static readonly ProductInfoHeaderValue Agent = new("WaPlatform", "1");

    private readonly IOptions<WebhookOptions> _options;
    private readonly WebhookMetrics _metrics;
    private readonly TimeProvider _timeProvider;

    // Of its own making, not the factory's: attempts are counted here, and no service name is to be resolved.
    private readonly HttpClient _client;

    public WebhookSender(IOptions<WebhookOptions> options, WebhookMetrics metrics, TimeProvider timeProvider)
    {
        (_options, _metrics, _timeProvider) = (options, metrics, timeProvider);
        var handler = OutsideConnections.CreateHandler(options.Value.AllowedHosts);
        handler.MaxResponseDrainSize = MaxRest;
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Posts an event once. Only a cancellation throws.</summary>
    /// <param name="id"><c>webhook-id</c>: the same however often an event is posted.</param>
    public async Task<Attempt> PostAsync(WebhookTarget target, string id, byte[] body, CancellationToken cancellationToken)
    {
        var at = _timeProvider.GetUtcNow();
        var started = _timeProvider.GetTimestamp();
        using var limit = new CancellationTokenSource(_options.Value.Timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var attempt = new Attempt(at, default, null, null, null, null);
        try
        {
            using var request = MakeRequest(target, id, body, at);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);

            // It has answered; what becomes of the rest changes nothing.
            attempt = attempt with { Status = (int)response.StatusCode, RetryAfter = RetryAfter(response.Headers.RetryAfter, at) };
            attempt = attempt with { Body = await ReadAsync(response, either.Token) };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            attempt = attempt with { Error = $"No answer within {_options.Value.Timeout.TotalSeconds:0.###} s." };
        }
        catch (HttpRequestException exception)
        {
            attempt = attempt with { Error = Attempt.Describe(exception) };
        }

        attempt = attempt with { Duration = _timeProvider.GetElapsedTime(started) };
        _metrics.Attempted(attempt);
        return attempt;
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage MakeRequest(WebhookTarget target, string id, byte[] body, DateTimeOffset at)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        var timestamp = at.ToUnixTimeSeconds();
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", RequestSignature.Of(id, timestamp, body, target.KeysAt(at)));
        foreach (var (name, value) in target.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    // It never fails: what came is what there is.
    private static async Task<string?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // One byte more tells whether it has ended: its connection can then be used again.
        var bytes = new byte[MaxAnswer + 1];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            for (var read = -1; read != 0 && length < bytes.Length; length += read)
            {
                read = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // It broke off, or took too long.
        }

        return TextOf(bytes.AsSpan(0, Math.Min(length, MaxAnswer)));
    }

    // What is cut in the middle of a character loses that, and PostgreSQL takes no NUL.
    private static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        var length = Encoding.UTF8.GetDecoder().GetChars(bytes, text, flush: false);
        return length == 0 ? null : new string(text, 0, length).Replace('\0', '\uFFFD');
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) => header?.Delta ?? (header?.Date is { } date && date > now ? date - now : null);
}
