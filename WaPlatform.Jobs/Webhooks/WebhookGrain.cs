using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Orleans.Concurrency;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>The one place from where a webhook is delivered to. Reentrant: a test must not wait behind a receiver that hangs.</summary>
[Reentrant]
internal sealed partial class WebhookGrain(IDbContextFactory<WaDbContext> databases, WebhookParts parts, AwakeWebhooks awake, ILogger<WebhookGrain> logger) : Grain, IWebhookGrain
{
    private readonly SemaphoreSlim _turn = new(1);
    private WebhookDeliverer? _deliverer;
    private Task _watching = Task.CompletedTask;

    private Guid Id => this.GetPrimaryKey();

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        await StopAsync();
        await _watching;
        _turn.Dispose();
    }

    public async Task WakeAsync()
    {
        if (await LoadAsync() is not { IsActive: true })
        {
            DeactivateOnIdle();
        }
    }

    public async Task<DeliveryView> TestAsync() => await new WebhookDesk(await FindAsync()).TestAsync();

    public async Task<DeliveryView> RedeliverAsync(Guid delivery) => await new WebhookDesk(await FindAsync()).RedeliverAsync(delivery);

    public async Task<ReplayView> ReplayAsync(DateTimeOffset from, DateTimeOffset to) => await new WebhookDesk(await FindAsync()).ReplayAsync(from, to);

    private async Task<WebhookDeliverer> FindAsync() => await LoadAsync() ?? throw new PlatformException(ErrorCode.WebhookNotFound, "No webhook has that id.");

    // The deliverer of the row as it is now; null if there is no row.
    private async Task<WebhookDeliverer?> LoadAsync()
    {
        await _turn.WaitAsync();
        try
        {
            await using var db = await databases.CreateDbContextAsync();
            var revision = await db.Webhooks.Where(w => w.Id == Id).Select(w => (long?)w.Revision).SingleOrDefaultAsync();
            if (_deliverer is { IsOver: false } current && current.Revision == revision)
            {
                return current;
            }

            // What it notes at its end is in the row that is read then.
            await StopAsync();
            if (await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == Id) is not { } row)
            {
                return null;
            }

            var pending = await db.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == Id && d.Status == DeliveryStatus.Pending).OrderByDescending(d => d.Id).ToListAsync();
            return _deliverer = Begin(row, pending);
        }
        finally
        {
            _turn.Release();
        }
    }

    private WebhookDeliverer Begin(Webhook row, List<WebhookDelivery> pending)
    {
        WebhookDeliverer deliverer;
        try
        {
            deliverer = new WebhookDeliverer(row, pending, parts);
        }
        catch (CryptographicException exception)
        {
            Log.NotReadable(logger, exception, Id);
            throw new PlatformException(ErrorCode.WebhooksUnavailable, "The webhook's secret can't be read: the keys that protect it are not those of its creation.");
        }

        if (deliverer.IsActive)
        {
            DelayDeactivation(TimeSpan.MaxValue);
            deliverer.Start();
            awake.Set(Id, row.Revision);
            parts.Metrics.Began();
            _watching = WatchAsync(deliverer);
        }

        return deliverer;
    }

    // Not kept in the list when it has ended by itself: the keeper then sees whether it has to begin again.
    private async Task WatchAsync(WebhookDeliverer deliverer)
    {
        await deliverer.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        awake.Remove(Id, deliverer.Revision);
        parts.Metrics.Ended();
        if (_deliverer == deliverer)
        {
            DeactivateOnIdle();
        }
    }

    private async Task StopAsync()
    {
        if (_deliverer is { } deliverer)
        {
            _deliverer = null;
            await deliverer.StopAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "What is protected of webhook {Webhook} can't be read; nothing is delivered to it.")]
        public static partial void NotReadable(ILogger logger, Exception exception, Guid webhook);
    }
}
