using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Faults;
using WaPlatform.ServiceDefaults.Engines;
using Yarp.ReverseProxy.Forwarder;

namespace WaPlatform.Gateway.Proxy;

/// <summary>Forwards a request to a device's engine and its answer back, both streamed.</summary>
internal sealed class EngineProxy(
    IHttpForwarder forwarder, EngineLanes lanes, Handover handover, SendTurns turns, ProxyMetrics metrics, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan ComeBackSoon = TimeSpan.FromSeconds(2);

    // Some calls of the engine take a minute before they answer (gowa real.md §3.1 point 5).
    private static readonly ForwarderRequestConfig Call = new() { ActivityTimeout = TimeSpan.FromMinutes(3), Version = new Version(1, 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    // An engine's socket is silent for as long as nothing happens, and the engine sends no pings.
    private static readonly ForwarderRequestConfig Socket = Call with { ActivityTimeout = TimeSpan.FromDays(30) };

    /// <returns>What to answer, or null if the answer is given.</returns>
    public async Task<Fault?> ForwardAsync(HttpContext context, PhoneNumber phone, string pathAndQuery)
    {
        var lane = await FindAsync(context, phone, failed: null);
        if (lane is not null && SendPath.Matches(context.Request.Method, pathAndQuery))
        {
            // Before the body is read: it waits with its sender.
            if (await turns.EnterAsync(context, phone) is { } refusal)
            {
                metrics.Forwarded("no_turn");
                return refusal;
            }

            // The engine may have gone meanwhile, or be another by now.
            lane = await FindAsync(context, phone, failed: null);
        }

        for (var attempt = 1; ; attempt++)
        {
            if (lane is null)
            {
                metrics.Forwarded("no_engine");
                return NoEngine("The device's engine is not running.");
            }

            var (error, cause) = await SendAsync(context, lane, pathAndQuery);
            if ((error == ForwarderError.None && cause is null) || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                metrics.Forwarded(error == ForwarderError.None ? "answered" : "broken");
                return null;
            }

            context.Response.Clear();
            if (attempt == 1 && NeverReached(cause) && !HasBody(context))
            {
                // The engine was restarted, or moved to another host, since its owner was asked.
                lane = await FindAsync(context, phone, failed: lane);
                continue;
            }

            metrics.Forwarded("failed");
            return FaultOf(error, cause);
        }
    }

    // While a device is on its way between hosts, what only reads waits for it.
    private async Task<EngineLane?> FindAsync(HttpContext context, PhoneNumber phone, EngineLane? failed)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return await lanes.FindAsync(phone.Digits, failed, context.RequestAborted);
        }

        return await handover.FindAsync(phone, failed, context.RequestAborted);
    }

    private async Task<(ForwarderError Error, Exception? Cause)> SendAsync(HttpContext context, EngineLane lane, string pathAndQuery)
    {
        // The engine's own error answers are passed on as they are, also those without a body.
        var pages = context.Features.Get<IStatusCodePagesFeature>();
        if (pages is not null)
        {
            pages.Enabled = false;
        }

        var upgrade = context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true;
        var transformer = new EngineTransformer(lane, pathAndQuery);

        // A call is let finish when the gateway stops; a socket would never end by itself.
        var error = await forwarder.SendAsync(
            context, lane.Prefix, lane.Invoker, upgrade ? Socket : Call, transformer, upgrade ? lifetime.ApplicationStopping : CancellationToken.None);
        return transformer.IsGone ? (error, new EngineGoneException())
            : (error, error == ForwarderError.None ? null : context.Features.Get<IForwarderErrorFeature>()?.Exception);
    }

    private static Fault FaultOf(ForwarderError error, Exception? cause) => error switch
    {
        _ when NeverReached(cause) => NoEngine("The device's engine does not answer."),
        ForwarderError.RequestTimedOut => new Fault(ErrorCode.EngineTimeout, "The engine did not answer in time; it may still act on the request."),
        ForwarderError.RequestBodyClient => cause is BadHttpRequestException bad
            ? FaultMap.FromStatus(bad.StatusCode)
            : new Fault(ErrorCode.ValidationFailed, "The body of the request broke off or is malformed."),
        _ => new Fault(ErrorCode.EngineError, "The engine broke off before it answered; it may have acted on the request."),
    };

    private static Fault NoEngine(string detail) => new(ErrorCode.EngineUnavailable, detail) { RetryAfter = ComeBackSoon };

    // Disposed: the engine's lane was dropped between finding and using it.
    private static bool NeverReached(Exception? cause) =>
        cause is ObjectDisposedException or EngineGoneException || (cause is not null && EngineConnections.NeverReached(cause));

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;

    private sealed class EngineGoneException() : Exception("The host has no such engine any more.");
}
