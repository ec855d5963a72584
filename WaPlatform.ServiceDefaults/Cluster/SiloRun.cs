using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
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

    /// <summary>Stops this run, shortly; the process then begins another one.</summary>
    public void Rejoin()
    {
        options.Value.ShutdownTimeout = ShortStop;
        lifetime.StopApplication();
    }

    /// <summary>
    /// Runs what <paramref name="build"/> makes, anew each time it ends without a signal to this process (it has to join again, or a part of it broke) or could
    /// not start for want of its surroundings.
    /// </summary>
    public static async Task RunAsync(Func<WebApplication> build)
    {
        using var asked = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal);
        await RunAsync(build, asked.Token);

        // Besides the application's own, which only ends the run that is under way.
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            asked.Cancel();
        }
    }

    /// <param name="asked">Canceled once the process is to end.</param>
    internal static async Task RunAsync(Func<WebApplication> build, CancellationToken asked)
    {
        using var logging = LoggerFactory.Create(builder => builder.AddConsole());
        while (!asked.IsCancellationRequested)
        {
            await using var app = build();
            var started = app.Lifetime.ApplicationStarted;
            try
            {
                await app.RunAsync();
                if (!asked.IsCancellationRequested)
                {
                    Log.Ended(logging.CreateLogger<SiloRun>());
                }
            }
            catch (Exception exception) when (asked.IsCancellationRequested || started.IsCancellationRequested || IsPassing(exception))
            {
                // A dead silo does not stop in order, and one whose database or Redis went away just now does not start.
                Log.Broken(logging.CreateLogger<SiloRun>(), exception.Message, !asked.IsCancellationRequested);
            }

            await Task.Delay(asked.IsCancellationRequested ? TimeSpan.Zero : Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    private static bool IsPassing(Exception exception) =>
        exception.IsDatabaseUnavailable() || exception.IsRedisAway() || exception is OrleansException || (exception.InnerException is { } inner && IsPassing(inner));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "This silo could not start or stop in order (joins anew: {Again}). {Reason}")]
        public static partial void Broken(ILogger logger, string reason, bool again);

        [LoggerMessage(2, LogLevel.Warning, "This silo ended without a signal to do so; it joins anew.")]
        public static partial void Ended(ILogger logger);
    }
}
