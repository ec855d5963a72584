using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>Removes deliveries from the list when they are old enough; those that have no outcome yet stay.</summary>
internal sealed class OldDeliveries(IDbContextFactory<WaDbContext> databases, IOptions<WebhookOptions> options, TimeProvider timeProvider)
{
    // A transaction each: nobody waits for long.
    private const int BatchSize = 1000;

    /// <summary>Removes all of them, batch by batch; returns how many.</summary>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var before = timeProvider.GetUtcNow() - options.Value.DeliveryRetention;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        for (var (removed, batch) = (0, BatchSize); ; removed += batch)
        {
            if (batch < BatchSize)
            {
                return removed;
            }

            batch = await db.WebhookDeliveries.Where(d => d.CreatedAt < before && d.Status != DeliveryStatus.Pending).OrderBy(d => d.CreatedAt).Take(BatchSize).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
