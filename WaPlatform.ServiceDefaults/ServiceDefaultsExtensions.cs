using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Machines;
using WaPlatform.ServiceDefaults.Stopping;
using WaPlatform.ServiceDefaults.Telemetry;

// The namespace of the builders that these extend: a service's Program needs no using for them.
namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of the platform has: telemetry, health, resilience, discovery, a clock and a data directory.</summary>
public static class ServiceDefaultsExtensions
{
    private const string LiveTag = "live";

    /// <summary>
    /// Adds the common ground of a service. Clients of <see cref="IHttpClientFactory"/> get the standard resilience handler, which tries GET and
    /// other safe methods again but never a POST; its time limits are 10 s an attempt and 30 s in all. A client that needs others calls
    /// <c>RemoveAllResilienceHandlers()</c> first.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddTelemetry();

        // A line for every statement, request and probe buries all others, and costs more than what it tells of.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning)
            .AddFilter("Orleans", LogLevel.Warning).AddFilter("Polly", LogLevel.Error).AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Services.TryAddSingleton(TimeProvider.System);
        BoundedDrain.Add(builder.Services);
        builder.Services.TryAddSingleton(_ => DataDirectory.From(builder.Configuration));
        builder.Services.TryAddSingleton<Machine>();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });

        return builder;
    }

    /// <summary>Maps <c>/health</c> (ready: every check but those that only tell details) and <c>/alive</c> (the process answers): 200 or 503, open to all, no detail.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthChecks("/health", new HealthCheckOptions { Predicate = check => !check.Tags.Contains(HealthTags.Detail) }).AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) })
            .AllowAnonymous().DisableRateLimiting();

        return app;
    }
}
