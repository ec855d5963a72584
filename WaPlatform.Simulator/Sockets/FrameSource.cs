using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Sockets;

/// <summary>Sends frames at a steady rate, for measurements. It waits for its sockets as the hub does: one that stalls gets them later, never in a flood.</summary>
internal sealed class FrameSource(Hub hub, Background background, TimeProvider time)
{
    public const int MaxPerSecond = 10_000;
    public const int MaxCount = 1_000_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private int _isRunning;

    /// <summary>Begins to send; false while an earlier call's frames are under way.</summary>
    public bool TryStart(int perSecond, int count)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
        {
            return false;
        }

        background.Run(async stopping =>
        {
            try
            {
                await SendAsync(perSecond, count, stopping);
            }
            finally
            {
                Volatile.Write(ref _isRunning, 0);
            }
        });
        return true;
    }

    private async Task SendAsync(int perSecond, int count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var burst = Math.Max(1, perSecond / 10);
        var (sent, start) = (0, time.GetTimestamp());
        while (sent < count)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            var due = Math.Min(count, (int)(time.GetElapsedTime(start).TotalSeconds * perSecond));
            if (due - sent > burst)
            {
                // What a stall held up is not made good.
                start += (long)((due - sent - burst) / (double)perSecond * time.TimestampFrequency);
                due = sent + burst;
            }

            for (; sent < due; sent++)
            {
                var at = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
                await hub.BroadcastAsync("FRAME", "Frame", GoJson.Struct(("at", at), ("count", count), ("n", sent + 1)), cancellationToken);
            }
        }
    }
}
