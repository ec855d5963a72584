using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>
/// Brings the cluster's membership table back when Redis has lost it. Orleans does not: its silos would go on with what they know, but the death of
/// one would go unnoticed, a new one would begin a cluster of its own, and in the end the old ones would take themselves for dead. So every silo
/// keeps a copy of the table, and the first one that finds it missing or older than it was writes its copy back, one version further.
/// </summary>
internal sealed partial class MembershipKeeper(
    ILocalSiloDetails silo, IClusterMembershipService membership, ISiloStatusOracle oracle, IConnectionMultiplexer redis, IOptions<RedisClusteringOptions> clustering,
    IOptions<ClusterOptions> cluster, TimeProvider timeProvider, ILogger<MembershipKeeper> logger) : BackgroundService
{
    private const string VersionField = "Version";

    // As Orleans' own serializer writes SiloStatus.Dead.
    private const string DeadStatus = "\"Status\":6,";

    // Adds the members that are missing, never changes one that is there, and moves the version past the one that the silos know: they ignore
    // an older table. Does nothing if another silo was first.
    private const string RestoreScript = """
        local version = redis.call('HGET', KEYS[1], 'Version')
        local newest = tonumber(ARGV[1])
        local added = 0
        for i = 2, #ARGV, 2 do added = added + redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
        if version and tonumber(version) >= newest then
          if added == 0 then return 0 end
          newest = tonumber(version)
        end
        redis.call('HSET', KEYS[1], 'Version', string.format('%d', newest + 1))
        return added + 1
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // A process that stood still for longer may have been voted out meanwhile.
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(3);

    private HashEntry[]? _copy;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = timeProvider.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                // One that is ending or dead must not be brought back by its own hand.
                if (oracle.CurrentStatus == SiloStatus.Active)
                {
                    await KeepAsync();
                }

                if (timeProvider.GetElapsedTime(last) > Standstill)
                {
                    await membership.Refresh(cancellationToken: stoppingToken);
                }
            }
            catch (Exception exception)
            {
                // By design: whatever was in the way (Redis is away, or has come back empty), the next look must come. A loop that ends would end the host.
                Log.NotSeen(logger, exception.GetType().Name, exception.Message);
            }

            last = timeProvider.GetTimestamp();
        }
    }

    private async Task KeepAsync()
    {
        var key = clustering.Value.CreateRedisKey(cluster.Value);
        var database = redis.GetDatabase();
        var table = await database.HashGetAllAsync(key);
        var known = Math.Max(membership.CurrentSnapshot.Version.Value, VersionOf(_copy));
        if (VersionOf(table) >= known && Array.Exists(table, entry => entry.Name == silo.SiloAddress.ToString()))
        {
            _copy = table;
            return;
        }

        if (_copy is not null)
        {
            RedisValue[] living = [.. _copy.Where(entry => entry.Name != VersionField && !entry.Value.ToString().Contains(DeadStatus, StringComparison.Ordinal))
                .SelectMany(entry => new[] { entry.Name, entry.Value })];
            var written = (long)await database.ScriptEvaluateAsync(RestoreScript, [key], [known, .. living]);
            if (written > 0)
            {
                Log.Restored(logger, living.Length / 2);
            }
        }
    }

    private static long VersionOf(HashEntry[]? table) =>
        table is not null && Array.Find(table, entry => entry.Name == VersionField).Value is { HasValue: true } version ? (long)version : -1;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis had lost the cluster's membership table; wrote it back with {Count} silos.")]
        public static partial void Restored(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Debug, "The cluster's membership table could not be looked at ({Cause}). {Reason}")]
        public static partial void NotSeen(ILogger logger, string cause, string reason);
    }
}
