using System.Net;

namespace WaPlatform.Benchmarks.Processes;

/// <summary>The same client for both sides: connections stay open, nothing is followed, kept or proxied.</summary>
internal static class KeepAliveClient
{
    public static HttpClient Create(Uri address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
    };
}
