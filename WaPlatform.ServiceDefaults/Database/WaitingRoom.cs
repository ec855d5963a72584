using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace WaPlatform.ServiceDefaults.Database;

/// <summary>
/// Answers on the addresses of a service that cannot start yet: alive, but not ready. Without it, whoever watches the service would see a refused
/// connection and restart it for the database's fault.
/// </summary>
internal sealed class WaitingRoom : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WaitingRoom(WebApplication app) => _app = app;

    /// <summary>Opens on the service's plain HTTP addresses; null if it has none.</summary>
    public static async Task<WaitingRoom?> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        string[] urls = [.. Urls(configuration).Where(url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))];
        if (urls.Length == 0)
        {
            return null;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(urls);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.Run(AnswerAsync);
        try
        {
            await app.StartAsync(cancellationToken);
            return new WaitingRoom(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var isAlive = context.Request.Path == "/alive";
        context.Response.StatusCode = isAlive ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = isAlive ? default : "5";

        // The service takes the port over; a connection that is kept would not go along.
        context.Response.Headers.Connection = "close";
        return context.Response.WriteAsync(isAlive ? "Healthy" : "Unhealthy", context.RequestAborted);
    }

    private static string[] Urls(IConfiguration configuration) => configuration["urls"] is { Length: > 0 } urls
        ? urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : [.. (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}")];
}
