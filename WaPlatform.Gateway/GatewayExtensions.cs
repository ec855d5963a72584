using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Audit;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Edge;
using WaPlatform.Gateway.Events;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Health;
using WaPlatform.Gateway.Hosts;
using WaPlatform.Gateway.Limits;
using WaPlatform.Gateway.Media;
using WaPlatform.Gateway.Messages;
using WaPlatform.Gateway.OpenApi;
using WaPlatform.Gateway.Proxy;

namespace WaPlatform.Gateway;

/// <summary>The public edge of the platform.</summary>
public static class GatewayExtensions
{
    /// <summary>
    /// Adds the gateway's services. Asks of its surroundings: <c>AddServiceDefaults</c>, <c>AddWaDatabase</c>, <c>AddWaRedis</c>, and an Orleans
    /// silo or client in the process.
    /// </summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;

        // One line a request, with its whole address: phone numbers, and tokens of clients that can't set headers.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp.ReverseProxy", LogLevel.Warning);

        services.TryAddSingleton(TimeProvider.System);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Encoder = GatewayJson.Options.Encoder;

            // "5" is not 5: else every number of the API's description would be a number or a text.
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });

        builder.AddEdge();
        builder.AddWaSecrets();
        builder.AddWaMedia();
        services.AddFaults();
        services.AddAccess(builder.Configuration);
        services.AddLimits(builder.Configuration);
        services.AddAudit();
        services.AddDevices();
        services.AddMedia();
        services.AddMessages();
        builder.AddEvents();
        services.AddEngineProxy();
        services.AddApiDescription();
        services.AddHealthChecks().AddCheck<ClusterHealthCheck>("cluster", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));

        return builder;
    }

    /// <summary>Puts the gateway into the pipeline, before anything else that answers requests.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        app.UseTrustedProxies();
        app.UseFaults();
        app.UseSecurityHeaders();
        app.UseNoDotSegments();
        app.UseAllowedOrigins();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAudit();
        app.UseAuthorization();
        app.UseKnownCharsets();

        app.MapAuth();
        app.MapDevices();
        app.MapMessages();
        app.MapMessageActions();
        app.MapQueues();
        app.MapEvents();
        app.MapEngineProxy();
        app.MapHealth();
        app.MapHosts();
        app.MapAudit();
        app.MapApiDescription();

        return app;
    }
}
