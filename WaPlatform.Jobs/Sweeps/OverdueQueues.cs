using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;

namespace WaPlatform.Jobs.Sweeps;

/// <summary>
/// Wakes the owners of messages that should have left their queue. A long queue that moves has such messages, too: only one whose head is
/// the same as in the round before, or that has a message which never came back from the engine, is to be looked through anew.
/// </summary>
internal sealed class OverdueQueues(IDbContextFactory<WaDbContext> databases, IGrainFactory grains, TimeProvider timeProvider)
{
    private const int BatchSize = 200;

    /// <summary>How long after its time a message may wait before it is overdue.</summary>
    public static readonly TimeSpan WaitingLimit = TimeSpan.FromMinutes(1);

    /// <summary>How long a message may be with the engine; longer than the engine takes for the largest file.</summary>
    public static readonly TimeSpan SendingLimit = TimeSpan.FromMinutes(5);

    private Dictionary<string, Guid> _heads = [];

    /// <summary>Wakes all of them, batch by batch.</summary>
    public async Task<WokenQueues> WakeAsync(CancellationToken cancellationToken)
    {
        var (heads, before) = (new Dictionary<string, Guid>(), _heads);
        var woken = new WokenQueues(0, 0, 0, null);
        for (var after = ""; await ReadAsync(after, cancellationToken) is { Count: > 0 } batch; after = batch[^1].PhoneNumber)
        {
            var answers = await Task.WhenAll(batch.Select(queue => WakeAsync(
                queue.PhoneNumber, queue.IsStuck || before.GetValueOrDefault(queue.PhoneNumber) == queue.Head, cancellationToken)));
            woken = answers.Aggregate(woken, (sum, one) => sum + one);
            foreach (var queue in batch)
            {
                heads[queue.PhoneNumber] = queue.Head;
            }
        }

        _heads = heads;
        return woken;
    }

    private async Task<List<OverdueQueue>> ReadAsync(string after, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var (waitingSince, sendingSince) = (now - WaitingLimit, now - SendingLimit);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Messages.Unsent()
            .Join(db.Devices, message => message.PhoneNumber, device => device.PhoneNumber, (message, device) => new { Message = message, Device = device })
            .Where(pair => pair.Device.Desired == DesiredState.Running && string.Compare(pair.Message.PhoneNumber, after) > 0)
            .Where(pair => pair.Message.Status == MessageStatus.Sending
                ? pair.Message.SendingAt < sendingSince
                : pair.Message.DueAt < waitingSince && !pair.Device.QueuePaused)
            .Select(pair => pair.Message)
            .GroupBy(message => message.PhoneNumber)
            .OrderBy(queue => queue.Key)
            .Take(BatchSize)
            .Select(queue => new OverdueQueue(
                queue.Key,
                queue.OrderBy(message => message.Priority).ThenBy(message => message.Id).First().Id,
                queue.Any(message => message.Status == MessageStatus.Sending)))
            .ToListAsync(cancellationToken);
    }

    private async Task<WokenQueues> WakeAsync(string phoneNumber, bool rebuild, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IDeviceGrain>(phoneNumber).WakeQueueAsync(unindexed: rebuild).WaitAsync(cancellationToken);
            return new WokenQueues(1, rebuild ? 1 : 0, 0, null);
        }
        catch (PlatformException gone) when (gone.Code == ErrorCode.DeviceNotFound)
        {
            return new WokenQueues(0, 0, 0, null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // By design: an owner that can't be woken must not keep the others asleep. The sweep tells of it.
            return new WokenQueues(0, 0, 1, exception.GetType().Name);
        }
    }

    /// <param name="Head">The overdue message that is the first to go.</param>
    /// <param name="IsStuck">A message of it never came back from the engine.</param>
    private sealed record OverdueQueue(string PhoneNumber, Guid Head, bool IsStuck);
}

/// <summary>What became of the queues with overdue messages.</summary>
/// <param name="Devices">Owners that were woken.</param>
/// <param name="Rebuilt">Those of them that look through their queue anew.</param>
/// <param name="Failed">Owners that could not be reached.</param>
/// <param name="FirstFailure">Why, of one of them.</param>
internal sealed record WokenQueues(int Devices, int Rebuilt, int Failed, string? FirstFailure)
{
    public static WokenQueues operator +(WokenQueues left, WokenQueues right) => new(
        left.Devices + right.Devices, left.Rebuilt + right.Rebuilt, left.Failed + right.Failed, left.FirstFailure ?? right.FirstFailure);
}
