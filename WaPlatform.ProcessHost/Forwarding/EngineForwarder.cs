using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using WaPlatform.Contracts.Engines;
using WaPlatform.ServiceDefaults.Engines;
using Yarp.ReverseProxy.Forwarder;

namespace WaPlatform.ProcessHost.Forwarding;

/// <summary>Finds the engine of a device that this host owns; null while there is none that can be called.</summary>
internal delegate EngineRoute? FindEngine(string phoneNumber);

/// <summary>
/// Passes requests of gateways on to this host's engines, both ways streamed. Who knows an engine's credentials may call it: they are made anew for
/// each start and leave the cluster nowhere else (docs/decisions/0013-gateways-reach-engines-through-their-hosts.md).
/// </summary>
internal sealed class EngineForwarder(FindEngine find, IHttpForwarder forwarder, ForwardLanes lanes, IHostApplicationLifetime lifetime)
{
    // Longer than the gateway's: it is the one to say that an engine takes too long.
    private static readonly ForwarderRequestConfig Call = new() { ActivityTimeout = TimeSpan.FromMinutes(5), Version = new Version(1, 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    // An engine's socket is silent for as long as nothing happens, and the engine sends no pings.
    private static readonly ForwarderRequestConfig Socket = Call with { ActivityTimeout = TimeSpan.FromDays(30) };

    public async Task ForwardAsync(HttpContext context)
    {
        RemoveLimits(context);
        var credentials = context.Request.Headers.Authorization.ToString();
        if (credentials.Length == 0 || ForwardTarget.Read(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is not { } target)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var route = find(target.PhoneNumber);
        if (route is null || IsForAnother(context.Request, route))
        {
            AnswerGone(context, target, route);
            return;
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(credentials), Encoding.UTF8.GetBytes(route.Authorization)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await PassOnAsync(context, target, route);
    }

    private async Task PassOnAsync(HttpContext context, ForwardTarget target, EngineRoute route)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true;

        // A call is let finish when the host stops; a socket would never end by itself.
        var error = await forwarder.SendAsync(
            context, route.Address.GetLeftPart(UriPartial.Authority), lanes.For(target.PhoneNumber, route), upgrade ? Socket : Call,
            new ForwardTransformer(target.PathAndQuery), upgrade ? lifetime.ApplicationStopping : CancellationToken.None);
        if (error == ForwarderError.None || context.Response.HasStarted)
        {
            return;
        }

        var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (cause is ObjectDisposedException || (cause is not null && EngineConnections.NeverReached(cause)))
        {
            context.Response.Clear();
            AnswerGone(context, target, find(target.PhoneNumber));
        }
        else
        {
            // As the engine itself did: an answer of ours would be taken for the engine's.
            context.Abort();
        }
    }

    private void AnswerGone(HttpContext context, ForwardTarget target, EngineRoute? route)
    {
        if (route is null)
        {
            lanes.Drop(target.PhoneNumber);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[ForwarderHeaders.Route] = ForwarderHeaders.Gone;
    }

    // Its gateway has not heard yet that the engine was started anew: its credentials are wrong, but not because it guesses.
    private static bool IsForAnother(HttpRequest request, EngineRoute route) =>
        request.Headers[ForwarderHeaders.Generation] is [{ } generation] && generation != route.Generation.ToString(CultureInfo.InvariantCulture);

    // The gateway keeps slow and large callers in bounds, the engine what it takes.
    private static void RemoveLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } incoming)
        {
            incoming.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } outgoing)
        {
            outgoing.MinDataRate = null;
        }
    }
}
