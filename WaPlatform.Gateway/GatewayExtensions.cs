using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Events;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Health;
using WaPlatform.Gateway.Hosts;
using WaPlatform.Gateway.Media;
using WaPlatform.Gateway.Messages;
using WaPlatform.Gateway.OpenApi;
using WaPlatform.Gateway.Proxy;
using WaPlatform.Gateway.WebConsole;

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
        services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Encoder = GatewayJson.Options.Encoder;

            // "5" is not 5: else every number of the API's description would be a number or a text.
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });

        builder.AddWaMedia();
        services.AddFaults();
        services.AddAccess(builder.Configuration);
        services.AddDevices();
        services.AddMedia();
        services.AddMessages();
        builder.AddEvents();
        services.AddEngineProxy();
        services.AddApiDescription();
        builder.AddConsole();
        services.AddHealthChecks().AddCheck<ClusterHealthCheck>("cluster", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));

        return builder;
    }

    /// <summary>Puts the gateway into the pipeline, before anything else that answers requests.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        app.UseFaults();
        app.UseSecurityHeaders();
        app.UseNoDotSegments();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapAuth();
        app.MapDevices();
        app.MapMessages();
        app.MapMessageActions();
        app.MapQueues();
        app.MapEvents();
        app.MapEngineProxy();
        app.MapHealth();
        app.MapHosts();
        app.MapApiDescription();
        app.MapConsole();

        return app;
    }
}
