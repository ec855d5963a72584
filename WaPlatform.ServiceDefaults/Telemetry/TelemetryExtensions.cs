using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace WaPlatform.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>Sends traces, metrics and logs to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without that variable nothing is recorded, so nothing is paid.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;

            // A request's scope is its path, and paths carry phone numbers. The trace says which request a line belongs to.
            logging.IncludeScopes = false;
        });

        builder.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("WaPlatform.*", "Microsoft.Orleans", "Microsoft.EntityFrameworkCore", "Npgsql"))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsProbe(context.Request.Path) && !IsEngineCallback(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddSource("WaPlatform.*", "Microsoft.Orleans.*", "Yarp.ReverseProxy", "Npgsql"))
            .UseOtlpExporter();
    }

    // An orchestrator asks every few seconds: such traces bury all others.
    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health") || path.StartsWithSegments("/alive") || path.StartsWithSegments("/api/health");

    // The address at which an engine tells of its events is known to that engine alone.
    private static bool IsEngineCallback(PathString path) => path.StartsWithSegments("/webhooks");
}
