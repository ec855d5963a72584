using System.Collections.Concurrent;
using System.Security.Claims;

namespace WaPlatform.Gateway.Access;

/// <summary>
/// Cuts requests off that outlast the right of their caller: hub connections, streams, sockets through the proxy. A key that was revoked or a
/// session that was ended is found within seconds, whichever gateway it happened at.
/// </summary>
internal sealed partial class OpenRequests(Standing standing, TimeProvider timeProvider, ILogger<OpenRequests> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<OpenRequest, byte> _open = new();

    public async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated != true)
        {
            await next(context);
            return;
        }

        var request = new OpenRequest(context, context.User, timeProvider.GetTimestamp());
        _open.TryAdd(request, 0);
        try
        {
            await next(context);
        }
        finally
        {
            _open.TryRemove(request, out _);
            request.End();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await CheckAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        try
        {
            // Younger ones were checked when they came.
            foreach (var (request, _) in _open.Where(open => timeProvider.GetElapsedTime(open.Key.Began) >= Interval))
            {
                if (!await standing.HoldsAsync(request.Caller, cancellationToken))
                {
                    request.Abort();
                    ended++;
                }
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // By design every failure: nobody is cut off because the database is away.
            Log.NotChecked(logger, exception.GetType().Name);
        }

        if (ended > 0)
        {
            Log.Ended(logger, ended);
        }
    }

    private sealed class OpenRequest(HttpContext context, ClaimsPrincipal caller, long began)
    {
        private readonly Lock _lock = new();
        private HttpContext? _context = context;

        public ClaimsPrincipal Caller => caller;

        public long Began => began;

        // The server uses a context again for the next request of the connection.
        public void End()
        {
            lock (_lock)
            {
                _context = null;
            }
        }

        public void Abort()
        {
            lock (_lock)
            {
                _context?.Abort();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cut off {Count} open requests whose callers have lost their right.")]
        public static partial void Ended(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "Open requests could not be checked ({Cause}); the next round tries again.")]
        public static partial void NotChecked(ILogger logger, string cause);
    }
}

internal static class OpenRequestsMiddleware
{
    public static IApplicationBuilder UseOpenRequests(this IApplicationBuilder app) =>
        app.Use(next => context => context.RequestServices.GetRequiredService<OpenRequests>().FollowAsync(context, next));
}
