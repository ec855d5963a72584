using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Webhooks;

/// <summary>
/// Delivers events as gowa does (gowa contract §6.1): signed, five attempts with 1, 2, 4 and 8 s between them, 10 s a request, 30 s for the whole
/// event over all its addresses, then lost. Events run beside one another, so their order is not kept.
/// </summary>
internal sealed class WebhookSender(GowaSettings settings, Hearing hearing, Background background, GoLog log, TimeProvider time) : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EventBudget = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private HttpClient? _strict;
    private HttpClient? _lax;

    /// <summary>Queues an event of a slot; <paramref name="stamped"/> adds the top-level time that non-message events carry.</summary>
    public void Emit(Slot slot, string name, JsonObject payload, bool stamped)
    {
        var target = WebhookTarget.Of(slot.Webhook, settings);
        if (hearing.IsDeaf || target.Urls.Count == 0 || !target.Wants(name) || WebhookTarget.IsIgnored(payload, settings.WebhookIgnoreJids))
        {
            return;
        }

        var envelope = GoJson.Struct(("device_id", slot.Jid), ("event", name), ("payload", payload), ("session_id", slot.Id));
        if (stamped)
        {
            envelope["timestamp"] = GoTime.Seconds(time.GetUtcNow());
        }

        var body = GoJson.ToBytes(envelope);
        log.Info($"Forwarding {name} to {target.Urls.Count} configured webhook(s)");
        background.Run(stopping => DeliverAsync(target, name, body, stopping));
    }

    public void Dispose()
    {
        _strict?.Dispose();
        _lax?.Dispose();
    }

    private async Task DeliverAsync(WebhookTarget target, string name, byte[] body, CancellationToken stopping)
    {
        using var budget = new CancellationTokenSource(EventBudget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, stopping);
        foreach (var url in target.Urls)
        {
            if (!await TryDeliverAsync(target, url, body, either.Token))
            {
                log.Error($"Failed forwarding {name} to {url}: <nil>");
            }
        }
    }

    private async Task<bool> TryDeliverAsync(WebhookTarget target, string url, byte[] body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var error = await PostAsync(target, url, body, cancellationToken);
            if (error is null)
            {
                log.Info($"Successfully submitted webhook on attempt {attempt}");
                return true;
            }

            log.Warning($"Attempt {attempt} to submit webhook failed: {error}");
            if (attempt == Attempts || cancellationToken.IsCancellationRequested)
            {
                break;
            }

            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return false;
    }

    // Null = a 2xx came back.
    private async Task<string?> PostAsync(WebhookTarget target, string url, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new CancellationTokenSource(RequestLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
            request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", "sha256=" + Sign(body, target.Secret));
            using var response = await Client(target.InsecureSkipVerify).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? null : $"webhook returned status {(int)response.StatusCode}";
        }
        catch (OperationCanceledException)
        {
            return "context deadline exceeded";
        }
        catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException or UriFormatException or NotSupportedException)
        {
            return exception.Message;
        }
    }

    private static string Sign(byte[] body, string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret), body));

    // Made on first use: most processes of a test fleet never call out.
    private HttpClient Client(bool insecure)
    {
        lock (_gate)
        {
            return insecure ? _lax ??= Create(insecure) : _strict ??= Create(insecure);
        }
    }

    private static HttpClient Create(bool insecure)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) };
        if (insecure)
        {
#pragma warning disable CA5359 // What the setting says: skip verification.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
