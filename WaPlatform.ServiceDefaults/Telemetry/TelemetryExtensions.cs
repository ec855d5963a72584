using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace WaPlatform.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>
    /// Sends traces, metrics and logs to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, and lets metrics be read at <see cref="TelemetryOptions.MetricsAddress"/>;
    /// without either nothing is recorded, so nothing is paid.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<TelemetryOptions, TelemetryOptionsValidator>().BindConfiguration(TelemetryOptions.SectionName);
        var isSent = !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var isRead = !string.IsNullOrWhiteSpace(builder.Configuration[TelemetryOptions.MetricsAddressKey]);
        if (!isSent && !isRead)
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddAspNetCoreInstrumentation()
            .AddHttpClientInstrumentation()
            .AddRuntimeInstrumentation()
            .AddMeter("WaPlatform.*", "Microsoft.Orleans", "Microsoft.EntityFrameworkCore", "Npgsql"));
        if (isRead)
        {
            telemetry.WithMetrics(metrics => metrics.AddPrometheusExporter());
            builder.Services.AddSingleton<MetricsServer>().AddHostedService(provider => provider.GetRequiredService<MetricsServer>());
        }

        if (isSent)
        {
            builder.Logging.AddOpenTelemetry(logging =>
            {
                logging.IncludeFormattedMessage = true;

                // A request's scope is its path, and paths carry phone numbers. The trace says which request a line belongs to.
                logging.IncludeScopes = false;
            });
            telemetry.WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsProbe(context.Request.Path) && !IsEngineCallback(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddSource("WaPlatform.*", "Microsoft.Orleans.*", "Yarp.ReverseProxy", "Npgsql"));
            telemetry.UseOtlpExporter();
        }
    }

    // An orchestrator asks every few seconds: such traces bury all others.
    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health") || path.StartsWithSegments("/alive") || path.StartsWithSegments("/api/health");

    // The address at which an engine tells of its events is known to that engine alone.
    private static bool IsEngineCallback(PathString path) => path.StartsWithSegments("/webhooks");
}
