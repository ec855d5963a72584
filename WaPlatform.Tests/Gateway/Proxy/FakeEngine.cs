using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.Tests.Gateway.Proxy;

/// <summary>An engine that tells what reached it and answers what the test says.</summary>
public sealed class FakeEngine : IAsyncDisposable
{
    public const string Authorization = "Basic dTpw";
    public const string SlotId = "slot-1";

    private static long _generations;

    private readonly WebApplication _app;

    private FakeEngine(WebApplication app) => _app = app;

    /// <summary>Raw targets and headers of all requests, in order.</summary>
    public ConcurrentQueue<(string Method, string Target, Dictionary<string, string> Headers)> Requests { get; } = new();

    /// <summary>Default: 200, and the body back as it came.</summary>
    public Func<HttpContext, Task> Handle { get; set; } = EchoAsync;

    public EngineRoute Route => new("host-1", new Uri(_app.Urls.Single()), Authorization, SlotId, _generation, ThisProcess.Id, Forwarder: null);

    private readonly long _generation = Interlocked.Increment(ref _generations);

    public static async Task<FakeEngine> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var engine = new FakeEngine(app);
        app.UseWebSockets();
        app.Run(context =>
        {
            engine.Requests.Enqueue((
                context.Request.Method,
                context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            return engine.Handle(context);
        });
        await app.StartAsync(cancellationToken);
        return engine;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task EchoAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.ContentType;
        return context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
