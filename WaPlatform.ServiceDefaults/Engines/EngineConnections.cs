using System.Net;

namespace WaPlatform.ServiceDefaults.Engines;

/// <summary>The HTTP connections to engines, and the one way in which the platform opens them.</summary>
public static class EngineConnections
{
    /// <summary>
    /// A handler that opens a TCP connection only once there is a request to write on it. .NET's pool otherwise opens a second one as soon as
    /// two requests overlap, and leaves it unused when the first is free again: an engine waits 15 s for such a connection when it is
    /// told to stop (gowa real.md §3.1 point 8).
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = static (context, _) => ValueTask.FromResult<Stream>(new DeferredConnectionStream(context.DnsEndPoint)),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ActivityHeadersPropagator = null,
    };

    /// <summary>True if the request never reached an engine: nothing listened there, so repeating it can't repeat its effect.</summary>
    public static bool NeverReached(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is EngineUnreachableException)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>No TCP connection to the engine could be made.</summary>
public sealed class EngineUnreachableException(string message, Exception inner) : IOException(message, inner);
