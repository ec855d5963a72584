using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.SignalR;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

/// <summary>Closes hub connections whose session has ended, or whose rights are others by now. SignalR itself closes those whose token expires.</summary>
internal sealed class HubSessions(TimeProvider timeProvider) : BackgroundService
{
    private const string Ended = "The session has ended, or its rights were changed. Sign in and connect again.";

    private readonly ConcurrentDictionary<HubConnectionContext, HttpContext> _requests = new();

    public void Add(HubConnectionContext connection)
    {
        // The request of a WebSocket lasts as long as the connection. Long polling has a new one each time, which is checked by itself.
        if (connection.GetHttpContext() is { } request && request.Features.Get<IAuthenticateResultFeature>() is not null)
        {
            _requests[connection] = request;
        }
    }

    public void Remove(HubConnectionContext connection) => _requests.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(StandingCaller.Interval, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // A connection that ended meanwhile has no request any more.
                foreach (var (connection, request) in _requests.Where(pair => !pair.Key.ConnectionAborted.IsCancellationRequested))
                {
                    if (!await StandsAsync(connection, request))
                    {
                        Remove(connection);
                        await new SignalRPeer(connection, timeProvider).CloseAsync(Ended);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private static async Task<bool> StandsAsync(HubConnectionContext connection, HttpContext request)
    {
        try
        {
            return await StandingCaller.StandsAsync(request, Scopes.EventsRead);
        }
        catch (Exception) when (connection.ConnectionAborted.IsCancellationRequested)
        {
            // By design: its request went away in between, with all that belongs to it.
            return true;
        }
    }
}
