using Microsoft.Extensions.Options;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>
/// Before anything starts: ends the engines that an earlier run of this host left behind in the same data directory. Two engines on one
/// session throw each other out. A process is known by pid and start time, never by pid alone.
/// </summary>
internal sealed partial class LeftOvers(
    DataDirectory data, IOptions<SupervisionOptions> options, TimeProvider timeProvider, ILogger<LeftOvers> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!SpawnThread.ChildrenDieWithHost)
        {
            Log.NoSetPriv(logger);
        }

        var files = Directory.EnumerateFiles(data.Subdirectory("run"), "*.json").Select(path => new RunFile(path)).ToList();
        return Task.WhenAll(files.Select(file => RemoveAsync(file, cancellationToken)));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RemoveAsync(RunFile file, CancellationToken cancellationToken)
    {
        if (file.Read() is { } process && process.IsRunning())
        {
            Log.Removing(logger, process.Pid, Path.GetFileNameWithoutExtension(file.Path)[^4..]);
            Signals.Terminate(process);
            if (!await EndedAsync(process, options.Value.StopGrace, cancellationToken))
            {
                Signals.KillNow(process);
                await EndedAsync(process, options.Value.StopGrace, cancellationToken);
            }
        }

        file.Delete();
    }

    private async Task<bool> EndedAsync(ProcessIdentity process, TimeSpan within, CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        while (process.IsRunning())
        {
            if (timeProvider.GetElapsedTime(start) > within)
            {
                return false;
            }

            await Task.Delay(Poll, timeProvider, cancellationToken);
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "There is no setpriv (util-linux) here: if this host is killed, its engines run on until its next start.")]
        public static partial void NoSetPriv(ILogger logger);

        [LoggerMessage(1, LogLevel.Warning, "Ending engine process {Pid} of device …{PhoneEnd}, left over from an earlier run of this host.")]
        public static partial void Removing(ILogger logger, int pid, string phoneEnd);
    }
}
