using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WaPlatform.Standalone;

/// <summary>Where the public port is: <c>API_HOST</c> (default localhost) and <c>API_PORT</c> (default 3000), unless ASP.NET Core's own settings say it.</summary>
internal static class ApiAddress
{
    private const int DefaultPort = 3000;

    /// <summary>Sets the address.</summary>
    /// <exception cref="StartFailure">Somebody listens there already, or it is no address.</exception>
    public static void UseApiAddress(this WebApplicationBuilder builder)
    {
        var urls = builder.Configuration["urls"] ?? Url(builder.Configuration);
        if (urls is null)
        {
            return;
        }

        builder.WebHost.UseUrls(urls);
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            EnsureFree(BindingAddress.Parse(url));
        }
    }

    private static string? Url(ConfigurationManager configuration)
    {
        var port = configuration["API_PORT"];
        if (port is null && configuration["http_ports"] is not null)
        {
            // Container images of ASP.NET Core come with it.
            return null;
        }

        if (!ushort.TryParse(port ?? DefaultPort.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var number))
        {
            throw new StartFailure(StartFailure.Configuration, $"API_PORT is '{port}'; it must be a number from 0 to 65535.");
        }

        // Any free port can be had on an address, not on a name.
        var host = configuration["API_HOST"] is { Length: > 0 } name ? name : number == 0 ? "127.0.0.1" : "localhost";
        return $"http://{host}:{number}";
    }

    // Looked at before anything is started, so that a second platform says this at once and nothing else.
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
                throw new StartFailure(StartFailure.PortInUse, $"Port {address.Port} on {address.Host} is in use by another program. Stop that one, or set API_PORT to another port.");
            }
            catch (SocketException forbidden) when (forbidden.SocketErrorCode == SocketError.AccessDenied)
            {
                throw new StartFailure(StartFailure.PortInUse, $"This user may not listen on port {address.Port}. Set API_PORT to a port from 1024 on.");
            }
            catch (SocketException)
            {
                // A machine without IPv6: the web server judges.
            }
        }
    }
}
