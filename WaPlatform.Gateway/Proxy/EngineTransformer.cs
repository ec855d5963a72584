using System.Globalization;
using WaPlatform.ServiceDefaults.Engines;
using Yarp.ReverseProxy.Forwarder;

namespace WaPlatform.Gateway.Proxy;

/// <summary>Makes the engine's request out of the caller's: the same bytes, other credentials.</summary>
internal sealed class EngineTransformer(EngineLane lane, string pathAndQuery) : HttpTransformer
{
    private const string DeviceHeader = "X-Device-Id";

    // Ours, or about the caller: none of them is for the engine.
    private static readonly string[] Removed = ["Authorization", "X-Api-Key", "X-Instance-Id", DeviceHeader, "Cookie", ForwarderHeaders.Generation];

    /// <summary>The host in between has no such engine any more: nothing of the request reached one.</summary>
    public bool IsGone { get; private set; }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        // The usual Uri would decode and encode the path anew.
        proxyRequest.RequestUri = new Uri(
            destinationPrefix + pathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        proxyRequest.Headers.Host = null;
        foreach (var name in Removed)
        {
            proxyRequest.Headers.Remove(name);
        }

        proxyRequest.Headers.TryAddWithoutValidation("Authorization", lane.Route.Authorization);
        proxyRequest.Headers.TryAddWithoutValidation(DeviceHeader, lane.Route.SlotId);
        if (lane.IsForwarded)
        {
            proxyRequest.Headers.TryAddWithoutValidation(ForwarderHeaders.Generation, lane.Route.Generation.ToString(CultureInfo.InvariantCulture));
        }
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        IsGone = lane.IsForwarded && proxyResponse?.Headers.Contains(ForwarderHeaders.Route) == true;
        return IsGone ? ValueTask.FromResult(false) : base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
