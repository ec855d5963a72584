using System.Net;
using System.Net.Sockets;

namespace WaPlatform.ServiceDefaults;

/// <summary>
/// A free TCP port for a server of this process that must know its port before it listens. On Linux the port stays bound (not listening) until
/// this is disposed: the kernel then gives it to nobody who asks for any free port, while a server of ours may still listen on it, because .NET
/// binds with SO_REUSEADDR there. Elsewhere it is only free at this moment.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket;

    public ReservedPort(IPAddress address)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(new IPEndPoint(address, 0));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        if (!OperatingSystem.IsLinux())
        {
            _socket.Dispose();
        }
    }

    public int Number { get; }

    public void Dispose() => _socket.Dispose();
}
