using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Hosts;

namespace WaPlatform.Gateway.Health;

/// <summary>How the devices and their queues are, as far as a caller may see them. Goes by the rows: it asks no owner, and so waits for none.</summary>
internal sealed class FleetHealth(IDbContextFactory<WaDbContext> databases, IOptions<HealthOptions> options, TimeProvider timeProvider)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task<CheckView> CheckDevicesAsync(DeviceAccess access, CancellationToken cancellationToken) => CheckAsync(
        async (db, token) =>
        {
            var leases = await HostLeases.ReadAsync(db, timeProvider, token);
            var devices = await db.Devices.AllowedTo(access).Select(d => new { d.Desired, d.State, d.OwnerHost }).ToListAsync(token);
            var wanted = devices.Where(d => d.Desired == DesiredState.Running).ToList();
            var connected = wanted.Count(d => d.State == DeviceState.Connected && IsOwned(d.OwnerHost));
            var troubled = wanted.Count(d => HealthPolicy.IsInTrouble(d.Desired, d.State, IsOwned(d.OwnerHost)));
            var data = new Dictionary<string, object>
            {
                ["total"] = devices.Count,
                ["wanted"] = wanted.Count,
                ["connected"] = connected,
                ["troubled"] = troubled,
                ["states"] = devices.CountBy(d => d.State).OrderBy(state => state.Key).ToDictionary(state => WireJson.NameOf(state.Key), state => state.Value),
            };

            return new HealthCheckResult(
                HealthPolicy.Devices(wanted.Count, connected, troubled),
                troubled == 0 ? $"{connected} of {wanted.Count} devices that are to run are connected." : $"{troubled} of {wanted.Count} devices that are to run are in trouble.", data: data);

            bool IsOwned(string? host) => host is not null && leases.IsAlive(host);
        },
        cancellationToken);

    public Task<CheckView> CheckQueuesAsync(DeviceAccess access, CancellationToken cancellationToken) => CheckAsync(
        async (db, token) =>
        {
            var now = timeProvider.GetUtcNow();
            var messages = db.Messages.AllowedTo(access);
            var counts = await messages.Unsent().GroupBy(m => m.Status).Select(g => new { Status = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Status, g => g.Count, token);
            var overdue = now - options.Value.StuckAfter;
            var waiting = await messages.Unsent().Where(m => m.Status == MessageStatus.Queued && m.DueAt < overdue)
                .GroupBy(m => m.PhoneNumber).Select(g => new { PhoneNumber = g.Key, Oldest = g.Min(m => m.DueAt) })
                .Join(db.Devices.Where(d => d.State == DeviceState.Connected && !d.QueuePaused), g => g.PhoneNumber, d => d.PhoneNumber, (g, d) => new { g.PhoneNumber, g.Oldest, d.IntervalMs, d.Since })
                .ToListAsync(token);
            var numbers = waiting.Select(w => w.PhoneNumber).ToList();
            var attempts = await messages.Where(m => numbers.Contains(m.PhoneNumber) && m.SendingAt != null)
                .GroupBy(m => m.PhoneNumber).Select(g => new { g.Key, Last = g.Max(m => m.SendingAt) }).ToDictionaryAsync(g => g.Key, g => g.Last, token);

            // Only from when it was connected on could it send.
            var stuck = waiting.Count(w => HealthPolicy.IsStuck(
                now - (w.Oldest > w.Since ? w.Oldest : w.Since), now - attempts.GetValueOrDefault(w.PhoneNumber), TimeSpan.FromMilliseconds(w.IntervalMs), options.Value.StuckAfter));
            int Of(MessageStatus status) => counts.GetValueOrDefault(status);
            var data = new Dictionary<string, object>
            {
                ["pending"] = Of(MessageStatus.Queued), ["sending"] = Of(MessageStatus.Sending), ["scheduled"] = Of(MessageStatus.Scheduled), ["stuck"] = stuck,
            };
            return stuck == 0
                ? HealthCheckResult.Healthy($"{Of(MessageStatus.Queued)} messages wait.", data)
                : HealthCheckResult.Degraded($"{stuck} devices are connected, have messages waiting, and send none.", data: data);
        },
        cancellationToken);

    private async Task<CheckView> CheckAsync(Func<WaDbContext, CancellationToken, Task<HealthCheckResult>> check, CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        HealthCheckResult result;
        try
        {
            await using var db = await databases.CreateDbContextAsync(either.Token);
            result = await check(db, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = HealthCheckResult.Unhealthy($"It was not known within {Patience.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            result = HealthCheckResult.Unhealthy("The database does not tell.");
        }

        return CheckView.Of(result.Status, result.Description, timeProvider.GetElapsedTime(start), result.Data);
    }
}
