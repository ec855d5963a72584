using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Hosts;
using WaPlatform.Data;
using WaPlatform.Data.Hosts;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.Jobs.Backups;

/// <summary>The session files of all hosts that are alive; each host tells of its own.</summary>
internal sealed partial class HostSessions(IDbContextFactory<WaDbContext> databases, IGrainFactory grains, IConfiguration configuration, TimeProvider timeProvider, ILogger<HostSessions> logger)
{
    /// <summary>Whether sessions are files of hosts at all; those in PostgreSQL are dumped with it. The same rule as the hosts' own (docs/configuration.md, Sessions).</summary>
    public bool KeepFiles { get; } = configuration["Sessions:Store"] is { Length: > 0 } store
        ? string.Equals(store, "files", StringComparison.OrdinalIgnoreCase)
        : SqliteWaDatabase.Recognizes(configuration.GetConnectionString("wadb") ?? "") || !ClusterSettings.From(configuration).UsesRedis;

    /// <summary>For each number, the host that has its session files where its row says; else any that has some.</summary>
    /// <param name="homes">The devices, each with the place that its row names.</param>
    public async Task<IReadOnlyDictionary<string, IHostGrain>> FindAsync(IReadOnlyDictionary<string, string?> homes, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IHostGrain>(StringComparer.Ordinal);
        foreach (var host in await HostsAsync(cancellationToken))
        {
            foreach (var session in await ListAsync(host, cancellationToken))
            {
                if (homes.TryGetValue(session.PhoneNumber, out var home) && (home == session.Home || !found.ContainsKey(session.PhoneNumber)))
                {
                    found[session.PhoneNumber] = host;
                }
            }
        }

        return found;
    }

    /// <summary>The devices as their rows are now.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> HomesAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Devices.ToDictionaryAsync(device => device.PhoneNumber, device => device.Home, cancellationToken);
    }

    private async Task<List<IHostGrain>> HostsAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var clock = await db.GetClockAsync(timeProvider, cancellationToken);
        return [.. (await db.Hosts.Alive(clock).OrderBy(host => host.Id).Select(host => host.Id).ToListAsync(cancellationToken)).Select(id => grains.GetGrain<IHostGrain>(id))];
    }

    private async Task<IReadOnlyList<SessionHome>> ListAsync(IHostGrain host, CancellationToken cancellationToken)
    {
        try
        {
            return await host.ListSessionsAsync().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // Its numbers will be missing in the backup, which says so.
            Log.Unreachable(logger, host.GetPrimaryKeyString(), exception.Message);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Host {Host} does not tell of its session files. {Reason}")]
        public static partial void Unreachable(ILogger logger, string host, string reason);
    }
}
