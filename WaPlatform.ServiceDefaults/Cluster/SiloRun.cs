using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Redis;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>
/// One membership of this process in the cluster, from start to stop. A silo that the cluster takes for dead, or a host that lost its lease, can't go
/// on: it has to come back as a new one. That needs no new process, so one that nobody restarts comes back by itself, too.
/// </summary>
public sealed partial class SiloRun(IHostApplicationLifetime lifetime, IOptions<HostOptions> options)
{
    // What it had is others' by now; there is nothing to end in order.
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
        using var logging = LoggerFactory.Create(builder => builder.AddConsole());
        var isAsked = false;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        for (var again = true; again && !isAsked;)
        {
            await using var app = build();
            var run = app.Services.GetRequiredService<SiloRun>();
            var started = app.Lifetime.ApplicationStarted;
            again = false;
            try
            {
                await app.RunAsync();
                again = run._rejoins;
            }
            catch (Exception exception) when (isAsked || run._rejoins || (!started.IsCancellationRequested && IsPassing(exception)))
            {
                // A dead silo does not stop in order, and one whose database or Redis went away just now does not start.
                again = !isAsked;
                Log.Broken(logging.CreateLogger<SiloRun>(), exception.Message, again);
                await Task.Delay(again ? Pause : TimeSpan.Zero, TimeProvider.System);
            }
        }

        // Besides the application's own, which only ends the run that is under way.
        void OnSignal(PosixSignalContext signal) => (isAsked, signal.Cancel) = (true, true);
    }

    private static bool IsPassing(Exception exception) =>
        exception.IsDatabaseUnavailable() || exception.IsRedisAway() || exception is OrleansException || (exception.InnerException is { } inner && IsPassing(inner));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "This silo could not start or stop in order (joins anew: {Again}). {Reason}")]
        public static partial void Broken(ILogger logger, string reason, bool again);
    }
}
