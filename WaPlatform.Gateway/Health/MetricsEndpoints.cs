using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Devices;
using WaPlatform.ServiceDefaults.Machines;

namespace WaPlatform.Gateway.Health;

internal static class MetricsEndpoints
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/metrics/summary", GetSummary).WithTags("Health").RequireAuthorization(Scopes.DevicesRead);

    /// <summary>Five figures: delivery rate, latency of the API, processes, queues, resources. All but the latency and the gateway's own resources are the whole platform's.</summary>
    internal static async Task<Ok<MetricsSummaryView>> GetSummary(
        WaDbContext db, DeviceOwners owners, ApiLatency latency, Machine machine, DeviceAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var since = now - Window;
        var messages = db.Messages.AsNoTracking().AllowedTo(access);
        var counts = await messages.Where(m => m.CreatedAt >= since)
            .GroupBy(m => m.Status).Select(g => new { Status = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Status, g => g.Count, cancellationToken);
        var waiting = await messages.Unsent()
            .GroupBy(m => m.Status).Select(g => new { Status = g.Key, Count = g.Count(), Oldest = g.Min(m => m.CreatedAt) }).ToListAsync(cancellationToken);
        var processes = HealthEndpoints.Processes(await HealthEndpoints.ViewAsync(db, owners, access, cancellationToken));

        int Waiting(MessageStatus status) => waiting.FirstOrDefault(group => group.Status == status)?.Count ?? 0;
        var oldest = waiting.FirstOrDefault(group => group.Status == MessageStatus.Queued)?.Oldest;
        var figures = MessageFiguresView.Of(Window, status => counts.GetValueOrDefault(status));
        var own = machine.Read();
        var engines = ProcessesSummaryView.Of(processes);
        return TypedResults.Ok(new MetricsSummaryView(
            now, figures.DeliveryRate, figures, latency.Read(), engines.Total,
            new QueueDepthsView(
                Waiting(MessageStatus.Queued), Waiting(MessageStatus.Sending), Waiting(MessageStatus.Scheduled), oldest is { } at ? Math.Round((now - at).TotalSeconds, 1) : null),
            new ResourcesView(own.ProcessMemoryBytes + engines.MemoryBytes, Math.Round(own.ProcessCpuPercent + engines.CpuPercent, 1), own, engines)));
    }
}

/// <summary>The platform in five figures.</summary>
/// <param name="DeliveryRate">0 to 1: of the messages accepted in the last hour that were sent or failed, the part that a phone has confirmed; null if there were none.</param>
/// <param name="ApiLatency">Of the gateway that answers.</param>
/// <param name="ActiveProcesses">Engine processes of all hosts that answered.</param>
internal sealed record MetricsSummaryView(
    DateTimeOffset Timestamp,
    double? DeliveryRate,
    MessageFiguresView Messages,
    ApiLatencyView ApiLatency,
    int ActiveProcesses,
    QueueDepthsView Queues,
    ResourcesView Resources);

/// <summary>What became of the messages that were accepted in the last hour.</summary>
/// <param name="Sent">WhatsApp took them; no phone has confirmed them yet.</param>
/// <param name="Failed">Refused, expired or uncertain.</param>
internal sealed record MessageFiguresView(double WindowSeconds, int Accepted, int Waiting, int Sent, int Delivered, int Read, int Failed, int Canceled)
{
    public double? DeliveryRate => Sent + Delivered + Read + Failed is > 0 and var settled ? Math.Round((double)(Delivered + Read) / settled, 4) : null;

    public static MessageFiguresView Of(TimeSpan window, Func<MessageStatus, int> count)
    {
        var figures = new MessageFiguresView(
            window.TotalSeconds, 0,
            count(MessageStatus.Queued) + count(MessageStatus.Scheduled) + count(MessageStatus.Sending),
            count(MessageStatus.Sent), count(MessageStatus.Delivered), count(MessageStatus.Read),
            count(MessageStatus.Failed) + count(MessageStatus.Expired) + count(MessageStatus.Uncertain), count(MessageStatus.Canceled));
        return figures with { Accepted = figures.Waiting + figures.Sent + figures.Delivered + figures.Read + figures.Failed + figures.Canceled };
    }
}

internal sealed record QueueDepthsView(int Pending, int Sending, int Scheduled, double? OldestSeconds);

/// <param name="MemoryBytes">Of the gateway that answers and of all engines.</param>
/// <param name="CpuPercent">The same, of one core.</param>
internal sealed record ResourcesView(long MemoryBytes, double CpuPercent, MachineVitals Gateway, ProcessesSummaryView Engines);
