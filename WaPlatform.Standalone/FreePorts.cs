using System.Net;
using System.Net.Sockets;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Standalone;

/// <summary>Whether the platform can have its ports.</summary>
internal static class FreePorts
{
    /// <summary>Looks at the ports that the web server will ask for. Before anything is started, so that a second platform says this at once and nothing else.</summary>
    /// <exception cref="StartFailureException">Somebody listens there already, or this user may not.</exception>
    public static void Ensure(IConfiguration configuration)
    {
        foreach (var url in (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            EnsureFree(BindingAddress.Parse(url));
        }
    }

    private static void EnsureFree(BindingAddress address)
    {
        IPAddress[] addresses = address.Host switch
        {
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            _ when IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) => [ip],
            _ => [IPAddress.Any],
        };
        foreach (var ip in addresses)
        {
            try
            {
                using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(ip, address.Port));
                socket.Listen();
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartFailureException(StartFailureException.PortInUse, $"Port {address.Port} on {address.Host} is in use by another program. Stop that one, or set API_PORT to another port.");
            }
            catch (SocketException forbidden) when (forbidden.SocketErrorCode == SocketError.AccessDenied)
            {
                throw new StartFailureException(StartFailureException.PortInUse, $"This user may not listen on port {address.Port}. Set API_PORT to a port from 1024 on.");
            }
            catch (SocketException)
            {
                // A machine without IPv6: the web server judges.
            }
        }
    }
}
