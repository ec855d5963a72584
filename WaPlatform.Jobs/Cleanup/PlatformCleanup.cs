using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Cleanup;
using WaPlatform.Contracts.Hosts;
using WaPlatform.Data;
using WaPlatform.Data.Hosts;
using WaPlatform.Jobs.Backups;
using WaPlatform.Jobs.Backups.Restore;

namespace WaPlatform.Jobs.Cleanup;

/// <summary>Removes what is past its time: rows here, archives here, files by each host. A part that fails keeps no other from being done.</summary>
internal sealed partial class PlatformCleanup(
    OldRows rows, BackupDesk backups, RestorePlace place, IDbContextFactory<WaDbContext> databases, IGrainFactory grains, IOptions<CleanupOptions> options, TimeProvider timeProvider,
    ILogger<PlatformCleanup> logger)
{
    public async Task<CleanupReport> RunAsync(bool dryRun, CancellationToken cancellationToken)
    {
        var (startedAt, started) = (timeProvider.GetUtcNow(), Stopwatch.GetTimestamp());
        List<CleanupPart> parts =
        [
            .. await RowsAsync("messages", rows.RemoveMessagesAsync),
            .. await RowsAsync("device_states", rows.RemoveStatesAsync),
            .. await RowsAsync("webhook_deliveries", rows.RemoveDeliveriesAsync),
            .. await PartAsync("backups", null, async () => [await ArchivesAsync(dryRun, cancellationToken)]),
            .. await PartAsync("before_restore", null, () => Task.FromResult<IReadOnlyList<CleanupPart>>([Replaced(dryRun)])),
        ];
        foreach (var host in await HostsAsync(cancellationToken))
        {
            parts.AddRange(await PartAsync("engine", host, () => grains.GetGrain<IHostGrain>(host).CleanAsync(dryRun).WaitAsync(cancellationToken)));
        }

        var report = new CleanupReport(dryRun, startedAt, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, parts.Sum(part => part.Items), parts.Sum(part => part.Bytes), parts);
        Log.Cleaned(logger, dryRun, report.Items, report.Bytes, report.DurationMs);
        return report;

        Task<IReadOnlyList<CleanupPart>> RowsAsync(string name, Func<bool, CancellationToken, Task<long>> remove) =>
            PartAsync(name, null, async () => [new CleanupPart(name, null, await remove(dryRun, cancellationToken), 0, null)]);

        async Task<IReadOnlyList<CleanupPart>> PartAsync(string name, string? host, Func<Task<IReadOnlyList<CleanupPart>>> clean)
        {
            try
            {
                return await clean();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // By design: the report says it, and the next round tries again.
                Log.NotCleaned(logger, name, host, exception.Message);
                return [new CleanupPart(name, host, 0, 0, exception.Message)];
            }
        }
    }

    private async Task<CleanupPart> ArchivesAsync(bool dryRun, CancellationToken cancellationToken)
    {
        var (count, bytes) = await backups.PruneAsync(dryRun, cancellationToken);
        return new CleanupPart("backups", null, count, bytes, null);
    }

    private CleanupPart Replaced(bool dryRun)
    {
        var directory = new DirectoryInfo(place.Aside);
        if (!directory.Exists || directory.LastWriteTimeUtc > (timeProvider.GetUtcNow() - options.Value.KeepReplaced).UtcDateTime)
        {
            return new CleanupPart("before_restore", null, 0, 0, null);
        }

        var files = directory.GetFiles("*", SearchOption.AllDirectories);
        var bytes = files.Sum(file => file.Length);
        if (!dryRun)
        {
            directory.Delete(recursive: true);
        }

        return new CleanupPart("before_restore", null, files.Length, bytes, null);
    }

    private async Task<List<string>> HostsAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var clock = await db.GetClockAsync(timeProvider, cancellationToken);
        return await db.Hosts.Alive(clock).OrderBy(host => host.Id).Select(host => host.Id).ToListAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cleanup (dry run: {DryRun}): {Items} files and rows, {Bytes} bytes, {Milliseconds} ms.")]
        public static partial void Cleaned(ILogger logger, bool dryRun, long items, long bytes, long milliseconds);

        [LoggerMessage(2, LogLevel.Warning, "A part of the cleanup failed: {Part} of host {Host}. {Reason}")]
        public static partial void NotCleaned(ILogger logger, string part, string? host, string reason);
    }
}
