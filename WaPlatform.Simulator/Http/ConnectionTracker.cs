using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// Knows every connection and drains them as fasthttp does: idle ones are closed, a connection that has not sent a whole request is waited for
/// like one that is being served, and the look at what is left comes every 100 ms (real.md §3.1.8).
/// </summary>
internal sealed class ConnectionTracker(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // An answer is complete before the socket has taken its last byte, and an abort throws away what is left.
    private static readonly TimeSpan Flush = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<ConnectionContext, ConnectionState> _connections = new();

    /// <summary>Takes note of a connection as soon as it is accepted: the drain may come before anyone serves it.</summary>
    public void Accept(ConnectionContext connection)
    {
        var state = new ConnectionState();
        connection.Features.Set(state);
        _connections[connection] = state;
    }

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    /// <summary>False when connections were left after 15 s.</summary>
    public async Task<bool> DrainAsync()
    {
        var started = time.GetTimestamp();
        while (_connections.Values.Any(static state => state.IsBusy || state.IsIdle))
        {
            if (time.GetElapsedTime(started) >= Limit)
            {
                return false;
            }

            foreach (var (connection, state) in _connections)
            {
                if (state.IsIdle && time.GetElapsedTime(state.IdleSince) > Flush)
                {
                    connection.Abort(new ConnectionAbortedException("The server is shutting down."));
                    _connections.TryRemove(connection, out _);
                }
            }

            await Task.Delay(Look, time, CancellationToken.None);
        }

        return true;
    }
}
