using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>
/// A process of its own beside a host that is one of many. A host that was stopped (SIGSTOP, a debugger, starved of memory) can't end its engines when
/// its lease runs out, and they would run on beside those of the host that takes over. The guard ends them: when it is not told in time that the lease
/// lasts, and when its input ends because the host is gone.
/// </summary>
/// <remarks>
/// Told by lines: <c>lease MS</c> (from now on the engines may run for so long), <c>add PID TICKS BOOT</c> and <c>del PID</c>.
/// </remarks>
internal static class EngineGuard
{
    /// <summary>The argument that makes a host's program a guard.</summary>
    public const string Argument = "guard";

    public static async Task RunAsync(TextReader input, TimeProvider timeProvider)
    {
        // They come to everything in a terminal or container; what the host makes of them shows at the end of the input.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);

        var lines = Channel.CreateUnbounded<string>();
        var reading = Task.Run(() => ReadAsync(input, lines.Writer));
        var engines = new Dictionary<int, ProcessIdentity>();
        long? start = null;
        var lease = TimeSpan.Zero;
        while (true)
        {
            while (lines.Reader.TryRead(out var line))
            {
                switch (line.Split(' '))
                {
                    case ["lease", var milliseconds]:
                        (start, lease) = (timeProvider.GetTimestamp(), TimeSpan.FromMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture)));
                        break;
                    case ["add", var pid, var ticks, var boot]:
                        var engine = new ProcessIdentity(int.Parse(pid, CultureInfo.InvariantCulture), long.Parse(ticks, CultureInfo.InvariantCulture), boot);
                        engines[engine.Pid] = engine;
                        if (start is null)
                        {
                            // Begun by a host that stood still, and does not know yet that its lease is over.
                            Signals.KillNow(engine);
                        }

                        break;
                    case ["del", var gone]:
                        engines.Remove(int.Parse(gone, CultureInfo.InvariantCulture));
                        break;
                }
            }

            var left = start is { } at ? lease - timeProvider.GetElapsedTime(at) : Timeout.InfiniteTimeSpan;
            if (lines.Reader.Completion.IsCompleted || (start is not null && left <= TimeSpan.Zero))
            {
                foreach (var engine in engines.Values)
                {
                    Signals.KillNow(engine);
                }

                if (lines.Reader.Completion.IsCompleted)
                {
                    break;
                }

                // Until the host says otherwise there is nothing that may run.
                engines.Clear();
                start = null;
                continue;
            }

            await ((Task)lines.Reader.WaitToReadAsync().AsTask().WaitAsync(left, timeProvider)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
    }

    private static async Task ReadAsync(TextReader input, ChannelWriter<string> lines)
    {
        try
        {
            while (await input.ReadLineAsync() is { } line)
            {
                lines.TryWrite(line);
            }
        }
        finally
        {
            lines.Complete();
        }
    }
}
