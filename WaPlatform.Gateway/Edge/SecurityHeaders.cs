namespace WaPlatform.Gateway.Edge;

internal static class SecurityHeaders
{
    // A year. Only said over TLS, and so only where the gateway, or the proxy that it trusts, has it.
    private const string TransportSecurity = "max-age=31536000";

    private const string Permissions = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()";

    /// <summary>Headers that keep browsers from doing more with an answer than it was made for.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        // Now: the handler of failures takes the endpoint away.
        var policy = context.GetEndpoint()?.Metadata.GetMetadata<ContentPolicy>();

        // At the start of the answer: the handler of failures clears what was set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers.ContentSecurityPolicy = policy?.Of(context) ?? ContentPolicy.Strict;
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = Permissions;
            if (context.Request.IsHttps)
            {
                headers.StrictTransportSecurity = TransportSecurity;
            }

            return Task.CompletedTask;
        });

        return next(context);
    });
}
