using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>
/// The REST API of one engine process (gowa contract §4). To be disposed before the process is told to stop, so that no connection of ours
/// stretches its end. Calls throw <see cref="HttpRequestException"/> (not reached, or cut off), <see cref="TimeoutException"/>, or
/// <see cref="EngineGarbageException"/>; an error that the engine itself states is an answer.
/// </summary>
internal sealed class EngineClient : IDisposable
{
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    // Longer than the engine's own limits on what it waits for (gowa real.md §3.1 points 4 and 5).
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly TimeProvider _timeProvider;

    public EngineClient(Uri address, EngineSecrets secrets, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _http = new HttpClient(EngineConnections.CreateHandler(), disposeHandler: true)
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        _http.DefaultRequestHeaders.Add("Authorization", secrets.Authorization);
    }

    /// <summary>The engine's only slot; sent with each call once it is known.</summary>
    public string? SlotId { get; private set; }

    /// <summary>True once the engine listens; says nothing about WhatsApp.</summary>
    public async Task<bool> IsListeningAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Get, "/health", null, timeout, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The engine's version; answers at once even while it dials.</summary>
    public async Task<string> GetVersionAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Get, "/app/info", null, timeout, cancellationToken);
        return answer.Text("version") ?? throw new EngineGarbageException("/app/info has no version.");
    }

    /// <summary>
    /// Finds the engine's one slot or creates it, and remembers its id, whatever its form: after a lost chat storage it is an AD JID
    /// (contract §3.4). Of two slots, the one that has the session counts.
    /// </summary>
    public async Task<EngineSlot> EnsureSlotAsync(string wantedId, CancellationToken cancellationToken)
    {
        var list = await CallAsync(HttpMethod.Get, "/devices", null, DialTimeout, cancellationToken);
        var slots = EngineSlot.ParseList(list.Success().Results);
        if (slots.Count == 0)
        {
            var created = await CallAsync(HttpMethod.Post, "/devices", JsonContent.Create(new { device_id = wantedId }), ShortTimeout, cancellationToken);
            slots = [EngineSlot.Parse(created.Success().Results)];
        }

        var slot = slots.FirstOrDefault(s => s.Jid is not null) ?? slots.FirstOrDefault(s => s.Id == wantedId) ?? slots[0];
        SlotId = slot.Id;
        return slot;
    }

    public async Task<EngineStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Get, "/app/status", null, DialTimeout, cancellationToken);
        return EngineStatus.Parse(answer.Success().Results);
    }

    /// <summary>What WhatsApp says of a number: the engine keeps no copy of it (gowa contract §4.7).</summary>
    public Task<EngineAnswer> GetUserAsync(string phone, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, $"/user/info?phone={Uri.EscapeDataString(phone)}", null, timeout, cancellationToken);

    public Task<EngineAnswer> LoginAsync(CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, "/app/login", null, DialTimeout, cancellationToken);

    public Task<EngineAnswer> LoginWithCodeAsync(string phone, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, $"/app/login-with-code?phone={Uri.EscapeDataString(phone)}", null, DialTimeout, cancellationToken);

    public Task<EngineAnswer> LogoutAsync(CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, "/app/logout", null, DialTimeout, cancellationToken);

    public Task<EngineAnswer> ReconnectAsync(CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, "/app/reconnect", null, DialTimeout, cancellationToken);

    /// <summary>Sends one message; <paramref name="content"/> is the body of the engine's own call, JSON or a form.</summary>
    public Task<EngineAnswer> SendMessageAsync(string kind, HttpContent content, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"/send/{kind}", content, timeout, cancellationToken);

    /// <summary>The newest messages of a chat, own ones or the others', from the engine's chat storage.</summary>
    /// <param name="since">Only those that are not older; to the second.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="offset">How many newer ones to pass over.</param>
    public Task<EngineAnswer> GetMessagesAsync(string chatJid, bool isFromMe, DateTimeOffset? since, int limit, int offset, CancellationToken cancellationToken)
    {
        var start = since?.UtcDateTime.ToString("'&start_time='yyyy-MM-dd'T'HH'%3A'mm'%3A'ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return CallAsync(
            HttpMethod.Get, $"/chat/{Uri.EscapeDataString(chatJid)}/messages?limit={limit}&offset={offset}&is_from_me={(isFromMe ? "true" : "false")}{start}", null, DialTimeout, cancellationToken);
    }

    /// <summary>The picture behind a qr_link. Only its path counts: the rest of the link is made from a Host header (contract §7.1).</summary>
    public async Task<byte[]> GetPngAsync(Uri link, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, link.AbsolutePath, null, ShortTimeout, cancellationToken);
        var bytes = response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(cancellationToken) : [];
        return bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', ..]
            ? bytes
            : throw new EngineGarbageException("The QR link holds no picture.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<EngineAnswer> CallAsync(HttpMethod method, string path, HttpContent? content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, content, timeout, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return EngineAnswer.Parse((int)response.StatusCode, body);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (SlotId is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Device-Id", Uri.EscapeDataString(SlotId));
        }

        if (content is System.Net.Http.Json.JsonContent)
        {
            // Go's JSON binder wants a length; a chunked body would also hide a cut-off one. A form with a file knows its own.
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        using var limit = new CancellationTokenSource(timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The engine did not answer {method} {request.RequestUri?.OriginalString.Split('?')[0]} within {timeout.TotalSeconds:0} s.");
        }
        catch (ObjectDisposedException exception)
        {
            throw new HttpRequestException("The engine is being stopped.", exception);
        }
    }
}

/// <summary>What came back is not what a gowa says.</summary>
internal sealed class EngineGarbageException(string message, Exception? inner = null) : Exception(message, inner);
