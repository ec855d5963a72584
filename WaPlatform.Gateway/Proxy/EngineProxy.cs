using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Faults;
using WaPlatform.ServiceDefaults.Engines;
using Yarp.ReverseProxy.Forwarder;

namespace WaPlatform.Gateway.Proxy;

/// <summary>Forwards a request to a device's engine and its answer back, both streamed.</summary>
internal sealed class EngineProxy(IHttpForwarder forwarder, EngineLanes lanes, SendTurns turns, ProxyMetrics metrics, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan ComeBackSoon = TimeSpan.FromSeconds(2);

    // Some calls of the engine take a minute before they answer (gowa real.md §3.1 point 5).
    private static readonly ForwarderRequestConfig Call = new() { ActivityTimeout = TimeSpan.FromMinutes(3), Version = new Version(1, 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    // An engine's socket is silent for as long as nothing happens, and the engine sends no pings.
    private static readonly ForwarderRequestConfig Socket = Call with { ActivityTimeout = TimeSpan.FromDays(30) };

    /// <returns>What to answer, or null if the answer is given.</returns>
    public async Task<Fault?> ForwardAsync(HttpContext context, PhoneNumber phone, string pathAndQuery)
    {
        var lane = await lanes.FindAsync(phone.Digits, failed: null, context.RequestAborted);
        if (lane is not null && SendPath.Matches(context.Request.Method, pathAndQuery))
        {
            // Before the body is read: it waits with its sender.
            if (await turns.EnterAsync(context, phone) is { } refusal)
            {
                metrics.Forwarded("no_turn");
                return refusal;
            }

            // The engine may have gone meanwhile, or be another by now.
            lane = await lanes.FindAsync(phone.Digits, failed: null, context.RequestAborted);
        }

        for (var attempt = 1; ; attempt++)
        {
            if (lane is null)
            {
                metrics.Forwarded("no_engine");
                return NoEngine("The device's engine is not running.");
            }

            var error = await SendAsync(context, lane, pathAndQuery);
            if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                metrics.Forwarded(error == ForwarderError.None ? "answered" : "broken");
                return null;
            }

            var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception;
            context.Response.Clear();
            if (attempt == 1 && NeverReached(cause) && !HasBody(context))
            {
                // The engine was restarted since its owner was asked.
                lane = await lanes.FindAsync(phone.Digits, failed: lane, context.RequestAborted);
                continue;
            }

            metrics.Forwarded("failed");
            return FaultOf(error, cause);
        }
    }

    private async Task<ForwarderError> SendAsync(HttpContext context, EngineLane lane, string pathAndQuery)
    {
        // The engine's own error answers are passed on as they are, also those without a body.
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        var upgrade = context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true;

        // A call is let finish when the gateway stops; a socket would never end by itself.
        return await forwarder.SendAsync(
            context, lane.Route.Address.GetLeftPart(UriPartial.Authority), lane.Invoker, upgrade ? Socket : Call,
            new EngineTransformer(lane.Route, pathAndQuery), upgrade ? lifetime.ApplicationStopping : CancellationToken.None);
    }

    private static Fault FaultOf(ForwarderError error, Exception? cause) => error switch
    {
        ForwarderError.RequestTimedOut => new Fault(ErrorCode.EngineTimeout, "The engine did not answer in time; it may still act on the request."),
        ForwarderError.RequestBodyClient => cause is BadHttpRequestException bad
            ? FaultMap.FromStatus(bad.StatusCode)
            : new Fault(ErrorCode.ValidationFailed, "The body of the request broke off or is malformed."),
        _ when NeverReached(cause) => NoEngine("The device's engine does not answer."),
        _ => new Fault(ErrorCode.EngineError, "The engine broke off before it answered; it may have acted on the request."),
    };

    private static Fault NoEngine(string detail) => new(ErrorCode.EngineUnavailable, detail) { RetryAfter = ComeBackSoon };

    // Disposed: the engine's lane was dropped between finding and using it.
    private static bool NeverReached(Exception? cause) => cause is ObjectDisposedException || (cause is not null && EngineConnections.NeverReached(cause));

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;
}
