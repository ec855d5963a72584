using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Devices;

namespace WaPlatform.Gateway.Messages;

/// <summary>Queues as the rows tell of them, for many devices at once or while an owner cannot be reached.</summary>
internal static class QueueRows
{
    // The engine's code for WhatsApp's error 463 (gowa contract §4.1), with which its owner parks a message.
    private const string ParkedCode = "WA_REACHOUT_TIMELOCK";

    /// <summary>The queues of these devices, in their order.</summary>
    public static async Task<IReadOnlyList<QueueView>> ReadQueuesAsync(
        this WaDbContext db, IReadOnlyList<Device> devices, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var numbers = devices.Select(device => device.PhoneNumber).ToList();

        // In the words of the pump's index, which holds these rows only: sent messages are many. The priority, which any message has, is for
        // SQLite: it knows no sizes, and takes the index of which most columns are asked for.
        var groups = await db.Messages
            .Where(m => m.Status == MessageStatus.Queued || m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Sending)
            .Where(m => m.Priority >= 0 && numbers.Contains(m.PhoneNumber))
            .GroupBy(m => new { m.PhoneNumber, m.Status })
            .Select(g => new
            {
                g.Key.PhoneNumber,
                g.Key.Status,
                Count = g.Count(),
                Oldest = g.Min(m => m.CreatedAt),
                ParkedUntil = g.Max(m => m.ErrorCode == ParkedCode ? (DateTimeOffset?)m.DueAt : null),
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
            return QueueView.From(device.PhoneNumber, new QueueInfo(
                Of(MessageStatus.Queued), Of(MessageStatus.Sending), Of(MessageStatus.Scheduled), device.QueuePaused, oldest, device.QueueSettings,
                parkedUntil > now ? parkedUntil : null));
        })];
    }
}
