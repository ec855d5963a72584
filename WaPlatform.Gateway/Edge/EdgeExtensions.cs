using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace WaPlatform.Gateway.Edge;

internal static partial class EdgeExtensions
{
    private const StringSplitOptions SplitOptions = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    // For how long a browser need not ask again.
    private static readonly TimeSpan PreflightLife = TimeSpan.FromMinutes(10);

    public static WebApplicationBuilder AddEdge(this WebApplicationBuilder builder)
    {
        // The framework's own switch believes everybody (Aspire sets it); TrustedProxies takes its place.
        builder.Configuration["FORWARDEDHEADERS_ENABLED"] = "false";

        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<EdgeOptions, EdgeOptionsValidator>().BindConfiguration(EdgeOptions.SectionName)
            .Configure<IConfiguration>(static (options, configuration) =>
            {
                // An environment variable is one text; the binder reads lists alone.
                AddTexts(configuration, nameof(EdgeOptions.TrustedProxies), options.TrustedProxies);
                AddTexts(configuration, nameof(EdgeOptions.AllowedOrigins), options.AllowedOrigins);
            });
        services.AddSingleton<IValidateOptions<EdgeOptions>, EdgeListsValidator>();
        services.AddSingleton<IValidateOptions<EdgeOptions>, ListeningValidator>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<EdgeOptions>>(static (kestrel, edge) => ServerLimits.Apply(kestrel, edge.Value));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<EdgeOptions>>(static (headers, edge) => Believe(headers, edge.Value));
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<EdgeOptions>>(static (cors, edge) => Allow(cors, edge.Value));
        return builder;
    }

    /// <summary>Finds out where a request comes from; before everything that asks.</summary>
    public static WebApplication UseTrustedProxies(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<EdgeOptions>>().Value;
        if (options.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }
        else if (Listening.IsInContainer(app.Configuration) && !Listening.IsAnsweredFor(options) && Listening.InTheClear(app.Configuration) is { Length: > 0 } addresses)
        {
            Log.InTheClear(app.Logger, string.Join(", ", addresses));
        }

        return app;
    }

    /// <summary>Lets the pages of allowed origins in. Before limits and authentication: a browser asks without credentials first.</summary>
    public static WebApplication UseAllowedOrigins(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<EdgeOptions>>().Value.AllowedOrigins.Count > 0)
        {
            app.UseCors();
        }

        return app;
    }

    private static void AddTexts(IConfiguration configuration, string name, IList<string> list)
    {
        foreach (var text in (configuration[$"{EdgeOptions.SectionName}:{name}"] ?? "").Split(',', SplitOptions))
        {
            list.Add(text);
        }
    }

    private static void Believe(ForwardedHeadersOptions headers, EdgeOptions edge)
    {
        headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;

        // From the right, as far as the addresses are trusted ones: what stands before the first other one is hearsay.
        headers.ForwardLimit = null;
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        foreach (var network in edge.ReadTrustedNetworks())
        {
            headers.KnownIPNetworks.Add(network);
        }
    }

    private static void Allow(CorsOptions cors, EdgeOptions edge) => cors.AddDefaultPolicy(policy => policy
        .WithOrigins([.. edge.AllowedOrigins])
        .AllowAnyHeader()
        .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete)
        .WithExposedHeaders(HeaderNames.Location, HeaderNames.RetryAfter)

        // SignalR's client asks for it. There are no cookies that it could bring along.
        .AllowCredentials()
        .SetPreflightMaxAge(PreflightLife));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "This container listens at {Addresses} without TLS, and no proxy is trusted: see that nothing but a proxy with TLS reaches it (Gateway__TrustedProxies), or say that the network is yours (Gateway__AllowInsecurePublic=true).")]
        public static partial void InTheClear(ILogger logger, string addresses);
    }
}
