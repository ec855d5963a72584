using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;

namespace WaPlatform.Gateway.Messages;

/// <summary>Queues as the rows tell of them, for many devices at once or while an owner cannot be reached.</summary>
internal static class QueueRows
{
    /// <summary>The queues of these devices, in their order.</summary>
    public static async Task<IReadOnlyList<QueueInfo>> ReadQueuesAsync(
        this WaDbContext db, IReadOnlyList<Device> devices, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var numbers = devices.Select(device => device.PhoneNumber).ToList();

        var groups = await db.Messages.Unsent()
            .Where(m => numbers.Contains(m.PhoneNumber))
            .GroupBy(m => new { m.PhoneNumber, m.Status })
            .Select(g => new
            {
                g.Key.PhoneNumber,
                g.Key.Status,
                Count = g.Count(),
                Oldest = g.Min(m => m.CreatedAt),
                ParkedUntil = g.Max(m => m.ErrorCode == EngineCodes.ReachoutTimelock ? (DateTimeOffset?)m.DueAt : null),
            })
            .ToListAsync(cancellationToken);

        var now = timeProvider.GetUtcNow();
        var byDevice = groups.ToLookup(group => group.PhoneNumber);
        return [.. devices.Select(device =>
        {
            var counts = byDevice[device.PhoneNumber].ToDictionary(group => group.Status);
            int Of(MessageStatus status) => counts.GetValueOrDefault(status)?.Count ?? 0;
            double? oldest = counts.TryGetValue(MessageStatus.Queued, out var queued) ? Math.Round((now - queued.Oldest).TotalSeconds, 1) : null;
            var parkedUntil = counts.GetValueOrDefault(MessageStatus.Scheduled)?.ParkedUntil;
            return new QueueInfo(
                Of(MessageStatus.Queued), Of(MessageStatus.Sending), Of(MessageStatus.Scheduled), device.QueuePaused, oldest, device.QueueSettings,
                parkedUntil > now ? parkedUntil : null);
        })];
    }
}
