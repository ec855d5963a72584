using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Gateway.Media;

/// <summary>Removes files that nobody will send: those of messages that were given up long ago, and those whose message was never stored.</summary>
internal sealed partial class MediaSweep(
    MediaStore media, IDbContextFactory<WaDbContext> databases, IOptions<MediaOptions> options, TimeProvider timeProvider, ILogger<MediaSweep> logger) : BackgroundService
{
    // Far longer than from the file's end to its row, and than a caller waits.
    private static readonly TimeSpan Orphaned = TimeSpan.FromHours(1);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // The database may still be on its way up.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(5);

    /// <summary>Sweeps once.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetDatabaseTime();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);

        // Files first, rows then: a file that is found here has its row by now, or never gets one.
        var old = (await media.OlderThanAsync(now - Orphaned, cancellationToken)).Where(name => Guid.TryParseExact(name, "N", out _)).ToList();
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var removed = 0;
        foreach (var message in await db.Messages.AsNoTracking().Where(m => m.Media != null)
            .Select(m => new { m.Id, m.Status, m.Media, GivenUpAt = m.FailedAt ?? m.SendingAt ?? m.CreatedAt }).ToListAsync(cancellationToken))
        {
            var waits = message.Status is MessageStatus.Queued or MessageStatus.Scheduled or MessageStatus.Sending;
            var kept = message.Status is MessageStatus.Failed or MessageStatus.Uncertain && message.GivenUpAt > now - options.Value.KeepFailed;
            if (waits || kept || !await ForgetAsync(db, message.Id, message.Status, cancellationToken))
            {
                needed.Add(message.Media!.Key);
            }
            else
            {
                media.Delete(message.Media!.Key);
                removed++;
            }
        }

        foreach (var orphan in old.Where(key => !needed.Contains(key)))
        {
            media.Delete(orphan);
            removed++;
        }

        if (removed > 0)
        {
            Log.Removed(logger, removed);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(FirstAfter, timeProvider, stoppingToken);
            using var timer = new PeriodicTimer(Interval, timeProvider);
            do
            {
                await TrySweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway is stopping.
        }
    }

    // Only while it is as it was read: somebody may send it again by hand just now, and needs the file.
    private static async Task<bool> ForgetAsync(WaDbContext db, Guid id, MessageStatus status, CancellationToken cancellationToken) =>
        await db.Messages.Where(m => m.Id == id && m.Status == status).ExecuteUpdateAsync(set => set.SetProperty(m => m.Media, (Data.Messages.MediaFile?)null), cancellationToken) == 1;

    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotSwept(logger, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} files that no message will be sent with.")]
        public static partial void Removed(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "Files that no message needs could not be removed ({Cause}); the next round tries again.")]
        public static partial void NotSwept(ILogger logger, string cause);
    }
}
