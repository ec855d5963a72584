using Microsoft.AspNetCore.Server.Kestrel.Core;
using WaPlatform.ProcessHost.Devices;

namespace WaPlatform.ProcessHost.Forwarding;

/// <summary>The way of gateways in other processes to this host's engines.</summary>
public static class ForwardingExtensions
{
    // A gateway takes 32 KB and a hundred headers of its callers, and adds some.
    private const int MaxHeaderBytes = 40 * 1024;
    private const int MaxHeaders = 120;

    /// <summary>Needs AddProcessHost.</summary>
    public static IHostApplicationBuilder AddEngineForwarding(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<FindEngine>(provider => provider.GetRequiredService<OwnedDevices>().FindRoute);
        AddForwarder(builder.Services);

        // One line a request, with its address: phone numbers.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp.ReverseProxy", LogLevel.Warning);
        return builder;
    }

    /// <summary>Serves <c>/engines/{phone}/…</c> to whoever has the credentials of that engine, and to nobody else.</summary>
    public static void MapEngineForwarding(this IEndpointRouteBuilder routes) =>
        routes.Map($"{ForwardTarget.Prefix}{{phone}}/{{**path}}", static (HttpContext context, EngineForwarder forwarder) => forwarder.ForwardAsync(context));

    internal static void AddForwarder(IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<EngineForwarder>().AddSingleton<ForwardLanes>();
        services.Configure<KestrelServerOptions>(options =>
        {
            // Else an answer of an engine would have a header that the engine did not set.
            options.AddServerHeader = false;
            options.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            options.Limits.MaxRequestHeaderCount = MaxHeaders;
        });
    }
}
