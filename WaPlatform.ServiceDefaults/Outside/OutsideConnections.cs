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
        var allowed = Normalize(allowedHosts);
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

    /// <summary>
    /// Says early what a connection would refuse: that all addresses which the host has now are private. A name that can't be looked up is not said to be private.
    /// </summary>
    public static async Task<bool> IsPrivateAsync(Uri address, IEnumerable<string> allowedHosts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        var host = address.IdnHost.Trim('[', ']');
        if (Normalize(allowedHosts).Contains(host))
        {
            return false;
        }

        try
        {
            return !Array.Exists(await LookUpAsync(host, cancellationToken), PublicAddress.Is);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException || (exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static HashSet<string> Normalize(IEnumerable<string> hosts) => hosts.Select(host => host.Trim().Trim('[', ']')).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, HashSet<string> allowed, CancellationToken cancellationToken)
    {
        var host = endPoint.Host.Trim('[', ']');
        var addresses = await LookUpAsync(host, cancellationToken);
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
