using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Audit;
using WaPlatform.Gateway.Backups;
using WaPlatform.Gateway.Cleanup;
using WaPlatform.Gateway.Dashboard;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Edge;
using WaPlatform.Gateway.Engines;
using WaPlatform.Gateway.Events;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Health;
using WaPlatform.Gateway.Hosts;
using WaPlatform.Gateway.Jobs;
using WaPlatform.Gateway.Keys;
using WaPlatform.Gateway.Limits;
using WaPlatform.Gateway.Media;
using WaPlatform.Gateway.Messages;
using WaPlatform.Gateway.OpenApi;
using WaPlatform.Gateway.Proxy;
using WaPlatform.Gateway.Users;
using WaPlatform.Gateway.Webhooks;
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

        // A line for each request with a wrong key.
        builder.Logging.AddFilter(typeof(KeyHandler).FullName, LogLevel.Warning);

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
        builder.AddDashboard();
        services.AddDevices();
        services.AddMedia();
        services.AddMessages();
        builder.AddEvents();
        builder.AddWebhooks();
        services.AddEngineProxy();
        services.AddEngines();
        services.AddApiDescription();
        builder.AddConsole();
        services.AddHealth(builder.Configuration);

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
        app.UseDeviceLimit();
        app.UseOpenRequests();
        app.UseKnownCharsets();

        app.MapAuth();
        app.MapUsers();
        app.MapKeys();
        app.MapDashboard();
        app.MapDevices();
        app.MapMessages();
        app.MapMessageActions();
        app.MapQueues();
        app.MapEvents();
        app.MapWebhooks();
        app.MapEngineProxy();
        app.MapHealth();
        app.MapMetrics();
        app.MapHosts();
        app.MapAudit();
        app.MapEngines();
        app.MapBackups();
        app.MapCleanup();
        app.MapJobs();
        app.MapApiDescription();
        app.MapConsole();

        return app;
    }
}
