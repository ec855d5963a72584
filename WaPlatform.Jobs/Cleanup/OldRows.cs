using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Messages;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Cleanup;

/// <summary>Removes rows that are past their time, some at a time: nobody who writes meanwhile waits for long.</summary>
internal sealed class OldRows(IDbContextFactory<WaDbContext> databases, IOptions<CleanupOptions> options, TimeProvider timeProvider)
{
    private const int BatchSize = 500;

    public Task<long> RemoveMessagesAsync(bool dryRun, CancellationToken cancellationToken) => OlderThanAsync<Message>(
        options.Value.KeepMessages, cutoff => db => db.Messages.Where(m => (m.Status == MessageStatus.Sent || m.Status == MessageStatus.Delivered || m.Status == MessageStatus.Read
                || m.Status == MessageStatus.Failed || m.Status == MessageStatus.Canceled || m.Status == MessageStatus.Expired)
            && m.CreatedAt < cutoff && (m.SentAt ?? m.CreatedAt) < cutoff && (m.FailedAt ?? m.CreatedAt) < cutoff && (m.ScheduledAt ?? m.CreatedAt) < cutoff),
        messages => messages.OrderBy(m => m.Id), dryRun, cancellationToken);

    public Task<long> RemoveDeliveriesAsync(bool dryRun, CancellationToken cancellationToken) => OlderThanAsync<WebhookDelivery>(
        options.Value.KeepDeliveries, cutoff => db => db.WebhookDeliveries.Where(d => d.CreatedAt < cutoff && d.Status != DeliveryStatus.Pending),
        deliveries => deliveries.OrderBy(d => d.Id), dryRun, cancellationToken);

    public async Task<long> RemoveStatesAsync(bool dryRun, CancellationToken cancellationToken)
    {
        var old = await OlderThanAsync<StateChange>(
            options.Value.KeepStates, cutoff => db => db.StateChanges.Where(c => c.At < cutoff && db.StateChanges.Any(later => later.PhoneNumber == c.PhoneNumber && later.Id > c.Id)),
            changes => changes.OrderBy(c => c.Id), dryRun, cancellationToken);
        var many = 0L;
        var (most, cut) = (options.Value.MaxStates, options.Value.KeepStates > TimeSpan.Zero ? timeProvider.GetDatabaseTime() - options.Value.KeepStates : DateTimeOffset.UnixEpoch);
        foreach (var phoneNumber in await NoisyAsync(most, cancellationToken))
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var newest = await db.StateChanges.Where(c => c.PhoneNumber == phoneNumber).OrderByDescending(c => c.Id).Skip(most).Select(c => (long?)c.Id).FirstOrDefaultAsync(cancellationToken);

            // In a dry run those that are too old are still there, and were counted.
            many += await RemoveAsync(context => context.StateChanges.Where(c => c.PhoneNumber == phoneNumber && c.Id <= newest && c.At >= cut), changes => changes.OrderBy(c => c.Id), dryRun, cancellationToken);
        }

        return old + many;
    }

    private async Task<List<string>> NoisyAsync(int most, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.StateChanges.GroupBy(c => c.PhoneNumber).Where(changes => changes.Count() > most).Select(changes => changes.Key).ToListAsync(cancellationToken);
    }

    private Task<long> OlderThanAsync<T>(
        TimeSpan keep, Func<DateTimeOffset, Func<WaDbContext, IQueryable<T>>> find, Func<IQueryable<T>, IQueryable<T>> order, bool dryRun, CancellationToken cancellationToken) where T : class =>
        keep == TimeSpan.Zero ? Task.FromResult(0L) : RemoveAsync(find(timeProvider.GetDatabaseTime() - keep), order, dryRun, cancellationToken);

    private async Task<long> RemoveAsync<T>(Func<WaDbContext, IQueryable<T>> find, Func<IQueryable<T>, IQueryable<T>> order, bool dryRun, CancellationToken cancellationToken) where T : class
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (dryRun)
        {
            return await find(db).LongCountAsync(cancellationToken);
        }

        long removed = 0;
        int batch;
        do
        {
            batch = await order(find(db)).Take(BatchSize).ExecuteDeleteAsync(cancellationToken);
            removed += batch;
        }
        while (batch == BatchSize);

        return removed;
    }
}
