using WaPlatform.ServiceDefaults.Engines;
using Yarp.ReverseProxy.Forwarder;

namespace WaPlatform.ProcessHost.Forwarding;

/// <summary>Passes a gateway's request on as it is: the gateway has made the engine's out of the caller's already.</summary>
internal sealed class ForwardTransformer(string pathAndQuery) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        // The usual Uri would decode and encode the path anew.
        proxyRequest.RequestUri = new Uri(
            destinationPrefix + pathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.Remove(ForwarderHeaders.Generation);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copiesBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);

        // An engine that said this itself would make the gateway send the request again.
        httpContext.Response.Headers.Remove(ForwarderHeaders.Route);
        return copiesBody;
    }
}
