using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Mirror;

/// <summary>
/// Receives the webhooks of this host's engines, on a loopback port of its own: the public one must not know the path. Each process has its
/// own secret token in the address and its own signing secret. The answer is 200 only once the event is stored; the engine repeats it otherwise.
/// </summary>
internal sealed partial class EngineCallbackServer(ILoggerFactory loggers, ILogger<EngineCallbackServer> logger) : IHostedLifecycleService
{
    private const int MaxBody = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, IWebhookSink> _sinks = new(StringComparer.Ordinal);
    private WebApplication? _server;
    private Uri? _address;

    /// <summary>Where an engine with this token is to post.</summary>
    public Uri AddressFor(string token) => new(_address ?? throw new InvalidOperationException("The receiver has not started."), $"/webhooks/{token}");

    public void Register(string token, IWebhookSink sink) => _sinks[token] = sink;

    public void Unregister(string token) => _sinks.TryRemove(token, out _);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.AddServerHeader = false;
        });
        _server = builder.Build();
        _server.Run(ReceiveAsync);
        await _server.StartAsync(cancellationToken);
        _address = new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Last of all: an engine that is being stopped may still have something to say.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        // The engine opens a new transport for each event and would keep the connection (contract §6.1).
        context.Response.Headers.Connection = "close";
        context.Response.StatusCode = await HandleAsync(context);
    }

    private async Task<int> HandleAsync(HttpContext context)
    {
        const string Prefix = "/webhooks/";
        var path = context.Request.Path.Value ?? "";
        if (context.Request.Method != HttpMethods.Post || !path.StartsWith(Prefix, StringComparison.Ordinal) || !_sinks.TryGetValue(path[Prefix.Length..], out var sink))
        {
            return StatusCodes.Status404NotFound;
        }

        byte[] body;
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            body = buffer.ToArray();
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode;
        }

        if (!WebhookSignature.IsValid(context.Request.Headers["X-Hub-Signature-256"], body, sink.WebhookSecret))
        {
            Log.BadSignature(logger);
            return StatusCodes.Status401Unauthorized;
        }

        JsonElement envelope;
        try
        {
            var reader = new Utf8JsonReader(body);
            envelope = JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return StatusCodes.Status400BadRequest;
        }

        if (EngineSlot.Text(envelope, "event") is not { Length: <= 64 } engineEvent)
        {
            return StatusCodes.Status400BadRequest;
        }

        var payload = envelope.TryGetProperty("payload", out var value) ? value : default;
        return await sink.ReceiveAsync(engineEvent, payload, envelope, context.RequestAborted) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Refused a webhook with a wrong signature.")]
        public static partial void BadSignature(ILogger logger);
    }
}

/// <summary>One engine process, as its webhooks see the platform.</summary>
internal interface IWebhookSink
{
    string WebhookSecret { get; }

    /// <returns>False if the event can't be taken now; the engine then repeats it.</returns>
    Task<bool> ReceiveAsync(string engineEvent, JsonElement payload, JsonElement envelope, CancellationToken cancellationToken);
}
