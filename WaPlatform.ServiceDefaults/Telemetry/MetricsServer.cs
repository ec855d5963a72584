using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace WaPlatform.ServiceDefaults.Telemetry;

/// <summary>Lets Prometheus read this service's metrics, on a port of its own: on the public one they would be somebody else's to protect.</summary>
internal sealed partial class MetricsServer(IOptions<TelemetryOptions> options, MeterProvider meters, ILoggerFactory loggers, ILogger<MetricsServer> logger) : IHostedService, IAsyncDisposable
{
    private const string Path = "/metrics";
    private const string Scheme = "Bearer ";

    private WebApplication? _server;

    /// <summary>Where it listens; known once it has started.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().UseUrls(options.Value.MetricsAddress!).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _server = builder.Build();
        _server.Use(AuthenticateAsync);
        _server.UseOpenTelemetryPrometheusScrapingEndpoint(meters, predicate: null, path: Path, configureBranchedPipeline: null, optionsName: null);
        await _server.StartAsync(cancellationToken);
        Address = new Uri(new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), Path);
        Log.Listening(logger, Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task AuthenticateAsync(HttpContext context, RequestDelegate next)
    {
        if (string.IsNullOrEmpty(options.Value.MetricsToken) || IsRight(context.Request.Headers.Authorization.ToString(), options.Value.MetricsToken))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = Scheme.Trim();
        return Task.CompletedTask;
    }

    private static bool IsRight(string header, string token) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()), Encoding.UTF8.GetBytes(token));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Metrics can be read at {Address}.")]
        public static partial void Listening(ILogger logger, Uri address);
    }
}
