using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Redis;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>
/// One membership of this process in the cluster, from start to stop. A silo that the cluster takes for dead, or a host that lost its lease, can't go
/// on: it has to come back as a new one. That needs no new process, so a host that nobody restarts comes back by itself, too.
/// </summary>
internal sealed partial class HostRun(IHostApplicationLifetime lifetime, IOptions<HostOptions> options)
{
    // Its engines are dead, its rows are others'; there is nothing to end in order.
    private static readonly TimeSpan ShortStop = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile bool _rejoins;

    /// <summary>Stops this run; the process then begins another one.</summary>
    public void Rejoin()
    {
        _rejoins = true;
        options.Value.ShutdownTimeout = ShortStop;
        lifetime.StopApplication();
    }

    /// <summary>Runs what <paramref name="build"/> makes, anew as long as that has to join again, or could not start for want of its surroundings.</summary>
    public static async Task RunAsync(Func<WebApplication> build)
    {
        for (var again = true; again;)
        {
            await using var app = build();
            var run = app.Services.GetRequiredService<HostRun>();
            try
            {
                await app.RunAsync();
            }
            catch (Exception exception) when (run._rejoins || IsPassing(exception))
            {
                // A dead silo does not stop in order, and one whose database or Redis went away just now does not start.
                Log.Broken(app.Services.GetRequiredService<ILogger<HostRun>>(), exception);
                run._rejoins = true;
                await Task.Delay(Pause, TimeProvider.System);
            }

            again = run._rejoins;
        }
    }

    private static bool IsPassing(Exception exception) =>
        exception.IsDatabaseUnavailable() || exception.IsRedisAway() || exception is OrleansException || (exception.InnerException is { } inner && IsPassing(inner));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "This host could not start or stop in order; it joins anew.")]
        public static partial void Broken(ILogger logger, Exception exception);
    }
}
