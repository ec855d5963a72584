using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Proxy;

/// <summary>
/// Lets sends through the proxy wait for their turn, so that they and the queue together stay within the device's limits. Nothing is stored:
/// who finds no turn in time is told so.
/// </summary>
internal sealed class SendTurns(
    IGrainFactory grains, DeviceOwners owners, ProxyMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider timeProvider, ILogger<SendTurns> logger)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Waits for a turn. It is given back when the request has ended, however it ends.</summary>
    /// <returns>Why there is none, or null if it came.</returns>
    public async Task<Fault?> EnterAsync(HttpContext context, PhoneNumber phone)
    {
        var turn = new SendTurn(phone, grains.GetGrain<IDeviceGrain>(phone.Digits), timeProvider, logger);
        context.Response.RegisterForDisposeAsync(turn);

        // A gateway that is told to stop does not wait: the caller tries another.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var outcome = "failed";
        try
        {
            var came = await turn.WaitAsync(waiting.Token);
            outcome = came ? "given" : "none";
            return came ? null : await ExplainAsync(phone, context.RequestAborted);
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested)
        {
            outcome = "gone";
            throw;
        }
        finally
        {
            metrics.TurnWaited(turn.Age, outcome);
        }
    }

    private async Task<Fault> ExplainAsync(PhoneNumber phone, CancellationToken cancellationToken) => await owners.FindQueueAsync(phone.Digits, cancellationToken) switch
    {
        null => NoTurn($"No turn to send came within {SendTurn.Patience.TotalSeconds} s; nothing was sent.", ShortestPause),
        { Paused: true } => NoTurn("The device's queue is paused, and holds sends through the proxy, too; nothing was sent. Resume the queue.", LongestPause),
        { } queue => NoTurn(
            $"No turn to send came within {SendTurn.Patience.TotalSeconds} s; nothing was sent. The device's queue lets {queue.Settings.IntervalCap} start in "
            + $"{queue.Settings.IntervalMs} ms and {queue.Settings.Concurrency} be under way; {queue.Pending} messages wait in it.", Pause(queue.Settings)),
    };

    private static TimeSpan Pause(QueueSettings settings)
    {
        var interval = TimeSpan.FromMilliseconds((double)settings.IntervalMs + settings.JitterMs);
        return interval < ShortestPause ? ShortestPause : interval > LongestPause ? LongestPause : interval;
    }

    private static Fault NoTurn(string detail, TimeSpan retryAfter) => new(ErrorCode.RateLimited, detail) { RetryAfter = retryAfter };
}
