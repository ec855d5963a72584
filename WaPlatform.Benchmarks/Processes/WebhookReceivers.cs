using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WaPlatform.Benchmarks.Processes;

/// <summary>Receivers of webhooks: healthy ones that note how late each event came, and hostile ones.</summary>
internal sealed class WebhookReceivers : IAsyncDisposable
{
    private static readonly byte[] Garbage = new byte[64 * 1024];

    private readonly ConcurrentQueue<double> _delays = new();
    private readonly WebApplication _app;

    private WebhookReceivers(WebApplication app) => _app = app;

    /// <summary>Events that all healthy ones together have got.</summary>
    public int Count => _delays.Count;

    public static async Task<WebhookReceivers> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var receivers = new WebhookReceivers(builder.Build());
        receivers._app.Run(receivers.TakeAsync);
        await receivers._app.StartAsync(cancellationToken);
        return receivers;
    }

    public string Healthy(int number) => $"{_app.Urls.Single()}/healthy/{number}";

    public string Hostile(int number) => $"{_app.Urls.Single()}/hostile/{number}";

    /// <summary>ms from each event to its coming, of all healthy ones since the last time; empties them.</summary>
    public double[] TakeDelays()
    {
        var delays = _delays.ToArray();
        _delays.Clear();
        return delays;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.StartsWith("/hostile/", StringComparison.Ordinal))
        {
            await BeHostileAsync(context, path[^1] - '0');
            return;
        }

        var posted = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        _delays.Enqueue((TimeProvider.System.GetUtcNow() - posted.GetProperty("at").GetDateTimeOffset()).TotalMilliseconds);
    }

    // Hangs, fails, is slow, floods, drops the connection.
    private static async Task BeHostileAsync(HttpContext context, int number)
    {
        switch (number % 5)
        {
            case 0:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                break;
            case 1:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case 2:
                await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, context.RequestAborted);
                break;
            case 3:
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(Garbage, context.RequestAborted);
                }

                break;
            default:
                context.Abort();
                break;
        }
    }
}
