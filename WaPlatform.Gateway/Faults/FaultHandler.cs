using Microsoft.AspNetCore.Diagnostics;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Gateway.Faults;

/// <summary>The last stop of every exception of a request.</summary>
internal sealed partial class FaultHandler(ILogger<FaultHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to tell.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var fault = FaultMap.From(exception);
        if (fault is null)
        {
            Log.Unexpected(logger, httpContext.Request.Method, RouteOf(httpContext), exception);
            fault = new Fault(ErrorCode.InternalError, "The request could not be served; traceId finds it in our logs.");
        }
        else if (ErrorCodes.Status(fault.Code) >= StatusCodes.Status500InternalServerError)
        {
            Log.Unavailable(logger, httpContext.Request.Method, RouteOf(httpContext), fault.Code, exception.GetType().Name);
        }

        await new ProblemResult(fault).ExecuteAsync(httpContext);
        return true;
    }

    // The template, not the path: paths carry phone numbers.
    private static string RouteOf(HttpContext context) =>
        (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "-";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Route} failed.")]
        public static partial void Unexpected(ILogger logger, string method, string route, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "{Method} {Route} answered {Code} ({Cause}).")]
        public static partial void Unavailable(ILogger logger, string method, string route, ErrorCode code, string cause);
    }
}
