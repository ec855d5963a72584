using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// Kestrel without a host: the process has one pipeline and no configuration, and every millisecond and megabyte of the start counts when
/// hundreds of simulators run.
/// </summary>
internal sealed class HttpServer : IDisposable
{
    // Kestrel's own "infinite" overflows in its timeout arithmetic and ends connections after a second.
    private static readonly TimeSpan Never = TimeSpan.FromDays(365);

    private readonly ClosableListeners _listeners;
    private readonly TimeProvider _time;
    private readonly ConnectionTracker _tracker;
    private KestrelServer? _server;

    public HttpServer(TimeProvider time)
    {
        _time = time;
        _tracker = new ConnectionTracker(time);
        _listeners = new ClosableListeners(
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), _tracker, time);
    }

    /// <summary>Address as gowa's banner shows it.</summary>
    public string Address => _listeners.Bound is { AddressFamily: AddressFamily.InterNetworkV6 } bound
        ? string.Create(CultureInfo.InvariantCulture, $"[{bound.Address}]:{bound.Port}")
        : _listeners.Bound.ToString();

    /// <summary>Listens and serves.</summary>
    /// <returns>Null, or the text of Go's listen error.</returns>
    public async Task<string?> StartAsync(string host, string port, RequestDelegate front, CancellationToken cancellationToken)
    {
        if (host.Contains(':', StringComparison.Ordinal))
        {
            return $"listen tcp: address {host}:{port}: too many colons in address";
        }

        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return $"listen tcp: lookup tcp/{port}: unknown port";
        }

        if (number > IPEndPoint.MaxPort)
        {
            return $"listen tcp: address {port}: invalid port";
        }

        try
        {
            await ListenAsync(new IPEndPoint(await ResolveAsync(host, cancellationToken), number), front, cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            var reason = exception.GetBaseException() is SocketException { SocketErrorCode: not SocketError.AddressAlreadyInUse } other
                ? other.SocketErrorCode == SocketError.AccessDenied ? "bind: permission denied" : "bind: cannot assign requested address"
                : "bind: address already in use";
            return $"listen tcp {(host == "0.0.0.0" ? "" : host)}:{port}: {reason}";
        }
    }

    /// <summary>Refuses new connections at once and waits for the others, at most 15 s.</summary>
    /// <returns>False when some were left.</returns>
    public async Task<bool> DrainAsync()
    {
        await _listeners.CloseAsync();
        return await _tracker.DrainAsync();
    }

    public void Dispose() => _server?.Dispose();

    private async Task ListenAsync(IPEndPoint endpoint, RequestDelegate front, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.KeepAliveTimeout = Never;
        options.Limits.RequestHeadersTimeout = Never;
        options.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => _tracker.ServeAsync(connection, next));
        });
        _server = new KestrelServer(Options.Create(options), _listeners, NullLoggerFactory.Instance);
        await _server.StartAsync(new Application(front, _time), cancellationToken);
    }

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // gowa listens on both families when asked for 0.0.0.0 (real.md §3.2.16).
        if (host is "0.0.0.0" or "")
        {
            return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        }

        if (host == "localhost")
        {
            return IPAddress.Loopback;
        }

        return IPAddress.TryParse(host, out var address) ? address : (await Dns.GetHostAddressesAsync(host, cancellationToken))[0];
    }

    private sealed class Application(RequestDelegate front, TimeProvider time) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public async Task ProcessRequestAsync(HttpContext context)
        {
            var state = ConnectionState.Of(context);
            state?.Begin();
            context.Response.OnCompleted(() =>
            {
                state?.End(time.GetTimestamp());
                return Task.CompletedTask;
            });
            await front(context);
        }

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // The context holds nothing that needs it.
        }
    }
}
