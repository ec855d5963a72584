using System.Net;
using System.Net.Sockets;

namespace WaPlatform.ServiceDefaults.Outside;

/// <summary>HTTP connections to addresses that callers of the API name.</summary>
public static class OutsideConnections
{
    // Kilobytes.
    private const int MaxHeaders = 16;

    /// <summary>
    /// A handler that connects to public addresses only, and to the very address that it checked: a name that resolves to another one a moment later
    /// changes nothing. It follows no redirect, because each hop is the caller's to judge; and it sends no cookie, credential or trace.
    /// </summary>
    /// <param name="allowedHosts">Host names and literal addresses that may be private.</param>
    public static SocketsHttpHandler CreateHandler(IEnumerable<string> allowedHosts)
    {
        var allowed = allowedHosts.Select(host => host.Trim().Trim('[', ']')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, allowed, cancellationToken),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeaders,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            ActivityHeadersPropagator = null,
        };
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, HashSet<string> allowed, CancellationToken cancellationToken)
    {
        var host = endPoint.Host.Trim('[', ']');
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!allowed.Contains(host))
        {
            addresses = [.. addresses.Where(PublicAddress.Is)];
            if (addresses.Length == 0)
            {
                throw new PrivateAddressException();
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host has no address on the public internet, and is not one that may do without.</summary>
public sealed class PrivateAddressException() : IOException("The host has no public address.");
