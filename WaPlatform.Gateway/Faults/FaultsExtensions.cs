namespace WaPlatform.Gateway.Faults;

internal static class FaultsExtensions
{
    public static IServiceCollection AddFaults(this IServiceCollection services)
    {
        services.AddExceptionHandler<FaultHandler>();

        // Else a request that does not bind gets an empty 400 outside Development, and another answer in it.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>Every error answer without a body of its own becomes problem+json, exceptions included.</summary>
    public static IApplicationBuilder UseFaults(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // FaultHandler answers and logs everything; this one is asked only if it could not.
            ExceptionHandler = static context => new ProblemResult(FaultMap.FromStatus(context.Response.StatusCode)).ExecuteAsync(context),
        });
        app.UseStatusCodePages(static context =>
            new ProblemResult(FaultMap.FromStatus(context.HttpContext.Response.StatusCode)).ExecuteAsync(context.HttpContext));
        return app;
    }
}
