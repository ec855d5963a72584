using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults.Machines;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>Writes down how this host is, for those who ask a gateway. Apart from the lease, which must not wait for it.</summary>
internal sealed partial class VitalSigns(
    HostMembership membership, Machine machine, EngineInstallation installation, OwnedDevices owned, IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider, ILogger<VitalSigns> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WriteAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // By design: it only tells, and comes again.
                Log.NotWritten(logger, exception.GetType().Name);
            }

            await Task.Delay(Interval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = machine.Read();
        var vitals = JsonSerializer.Serialize(
            new HostVitals(
                timeProvider.GetUtcNow(), installation.HasBinary, owned.Running, now.Processors, now.Load, now.MemoryBytes, now.MemoryAvailableBytes,
                now.ProcessMemoryBytes, now.ProcessCpuPercent, now.DiskBytes, now.DiskFreeBytes),
            WireJson.Options);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Hosts.Where(host => host.Id == membership.Id && host.Run == membership.Run)
            .ExecuteUpdateAsync(set => set.SetProperty(host => host.Vitals, vitals), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "How this host is could not be written down ({Cause}).")]
        public static partial void NotWritten(ILogger logger, string cause);
    }
}
