using WaPlatform.Contracts.Engines;
using Yarp.ReverseProxy.Forwarder;

namespace WaPlatform.Gateway.Proxy;

/// <summary>Makes the engine's request out of the caller's: the same bytes, other credentials.</summary>
internal sealed class EngineTransformer(EngineRoute route, string pathAndQuery) : HttpTransformer
{
    private const string DeviceHeader = "X-Device-Id";

    // Ours, or about the caller: none of them is for the engine.
    private static readonly string[] Removed = ["Authorization", "X-Api-Key", "X-Instance-Id", DeviceHeader, "Cookie"];

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

        proxyRequest.Headers.TryAddWithoutValidation("Authorization", route.Authorization);
        proxyRequest.Headers.TryAddWithoutValidation(DeviceHeader, route.SlotId);
    }
}
