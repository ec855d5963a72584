using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>The ports that this host's engines listen on. A port that somebody else holds is skipped.</summary>
internal sealed class PortPool(IOptions<EngineOptions> options)
{
    private const int MaxPort = 65535;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _leased = [];

    /// <summary>The lowest port that is free, or null. Give it back with <see cref="Return"/>.</summary>
    public int? Lease()
    {
        lock (_lock)
        {
            if (options.Value.BasePort == 0)
            {
                var free = AnyFree();
                return _leased.Add(free) ? free : null;
            }

            // Twice the limit: as many may be held by others as we need ourselves.
            var last = Math.Min(MaxPort, options.Value.BasePort + (2 * options.Value.MaxProcesses) + 100);
            for (var port = options.Value.BasePort; port <= last; port++)
            {
                if (!_leased.Contains(port) && IsFree(port))
                {
                    _leased.Add(port);
                    return port;
                }
            }

            return null;
        }
    }

    public void Return(int port)
    {
        lock (_lock)
        {
            _leased.Remove(port);
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int AnyFree()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
