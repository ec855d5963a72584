using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>
/// Sees to it that every active webhook has its deliverer somewhere in the cluster: at the start, after the death of a silo, and after a change of which nobody
/// told. Every process that can deliver does so.
/// </summary>
internal sealed partial class WebhookKeeper(
    IDbContextFactory<WaDbContext> databases, IGrainFactory grains, AwakeWebhooks awake, OldDeliveries old, TimeProvider timeProvider, ILogger<WebhookKeeper> logger) : BackgroundService
{
    private const int CallsAtOnce = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CleanInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (long? cleaned = null; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await WakeAllAsync(stoppingToken);
                if (cleaned is not { } then || timeProvider.GetElapsedTime(then) > CleanInterval)
                {
                    await old.RemoveAsync(stoppingToken);
                    cleaned = timeProvider.GetTimestamp();
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // By design: whatever went wrong in this round, the next one must come.
                Log.RoundFailed(logger, exception);
            }
            catch (OperationCanceledException)
            {
                // The platform stops.
            }

            await Task.Delay(Interval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WakeAllAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var active = await db.Webhooks.Where(w => w.Active).Select(w => new { w.Id, w.Revision }).ToListAsync(cancellationToken);

        // Those of other processes are asked each time: only the cluster knows whether they are there.
        var wanted = active.Where(w => !awake.Has(w.Id, w.Revision)).Select(w => w.Id);
        var unwanted = awake.Ids.Except(active.Select(w => w.Id));
        foreach (var some in wanted.Concat(unwanted).Chunk(CallsAtOnce))
        {
            await Task.WhenAll(some.Select(webhook => WakeAsync(webhook, cancellationToken)));
        }
    }

    private async Task WakeAsync(Guid webhook, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IWebhookGrain>(webhook).WakeAsync().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // By design: the cluster may be forming, or have lost a silo just now; and one that can't be woken must not keep the others asleep.
            Log.NotWoken(logger, webhook, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Waking the webhooks failed; the next round tries again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Webhook {Webhook} could not be woken; the next round tries again. {Reason}")]
        public static partial void NotWoken(ILogger logger, Guid webhook, string reason);
    }
}
