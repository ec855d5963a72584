namespace WaPlatform.Gateway.Audit;

internal static class AuditExtensions
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditMetrics>().AddSingleton<AuditRecorder>();

    /// <summary>Before authorization: who was refused is written down, too.</summary>
    public static IApplicationBuilder UseAudit(this IApplicationBuilder app) => app.Use(static (context, next) =>
        context.GetEndpoint() is RouteEndpoint endpoint && AuditPolicy.Covers(context.Request.Method, endpoint.Metadata)
            ? RecordedAsync(context, endpoint, next)
            : next(context));

    private static async Task RecordedAsync(HttpContext context, RouteEndpoint endpoint, RequestDelegate next)
    {
        var act = context.RequestServices.GetRequiredService<AuditRecorder>().Begin(context, endpoint);

        // Now the outcome is known, and the caller does not know it yet.
        context.Response.OnStarting(() => act.EndAsync(context.Response.StatusCode));
        try
        {
            await next(context);
        }
        finally
        {
            // Nobody waits for the answer any more, but the act may be done.
            if (context.RequestAborted.IsCancellationRequested)
            {
                await act.EndAsync(StatusCodes.Status499ClientClosedRequest);
            }
        }
    }
}
