using Microsoft.AspNetCore.Server.Kestrel.Core;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Edge;

/// <summary>What the web server takes from a client before anything of ours sees it.</summary>
internal static class ServerLimits
{
    public const int MaxHeaders = 100;
    public const int MaxHeaderBytes = 16 * 1024;

    /// <summary>A path and query; the longest that is meant is a list of hub rooms.</summary>
    public const int MaxRequestLine = 8 * 1024;

    /// <summary>From the first byte of a request to the end of its headers: one who sends a byte now and then holds a connection no longer.</summary>
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(130);

    // Slower than a modem of 1990. A stream without anything to say is not slow.
    private static readonly MinDataRate SlowestClient = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Apply(KestrelServerOptions kestrel, EdgeOptions edge)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;

        // Endpoints that take more say so.
        limits.MaxRequestBodySize = BodyLimit.Json.MaxRequestBodySize;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestLineSize = MaxRequestLine;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.KeepAliveTimeout = KeepAlive;
        limits.MinRequestBodyDataRate = SlowestClient;
        limits.MinResponseDataRate = SlowestClient;
        limits.MaxConcurrentConnections = edge.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = edge.MaxConnections;
    }
}
