using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>
/// One membership of this process in the cluster, from start to stop. A silo that the cluster takes for dead, or a host that lost its lease, can't go
/// on: it has to come back as a new one. That needs no new process, so a host that nobody restarts comes back by itself, too.
/// </summary>
internal sealed class HostRun(IHostApplicationLifetime lifetime, IOptions<HostOptions> options)
{
    // Its engines are dead, its rows are others'; there is nothing to end in order.
    private static readonly TimeSpan ShortStop = TimeSpan.FromSeconds(5);

    private volatile bool _rejoins;

    /// <summary>Stops this run; the process then begins another one.</summary>
    public void Rejoin()
    {
        _rejoins = true;
        options.Value.ShutdownTimeout = ShortStop;
        lifetime.StopApplication();
    }

    /// <summary>Runs what <paramref name="build"/> makes, anew as long as that has to join again.</summary>
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
            catch (Exception exception) when (run._rejoins && exception is OperationCanceledException or AggregateException)
            {
                // A dead silo does not stop in order.
            }

            again = run._rejoins;
        }
    }
}
