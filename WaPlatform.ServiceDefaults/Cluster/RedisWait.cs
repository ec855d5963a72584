using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using WaPlatform.ServiceDefaults.Database;
using WaPlatform.ServiceDefaults.Redis;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>Holds up the start of a silo until the Redis that it finds the others by is there: without it the silo would not start at all.</summary>
internal sealed partial class RedisWait(IConnectionMultiplexer redis, IConfiguration configuration, TimeProvider timeProvider, ILogger<RedisWait> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        WaitingRoom? waitingRoom = null;
        try
        {
            while (!await IsThereAsync(tells: waitingRoom is null))
            {
                waitingRoom ??= await WaitingRoom.OpenAsync(configuration, cancellationToken);
                await Task.Delay(Interval, timeProvider, cancellationToken);
            }
        }
        finally
        {
            if (waitingRoom is not null)
            {
                await waitingRoom.DisposeAsync();
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> IsThereAsync(bool tells)
    {
        try
        {
            await redis.GetDatabase().PingAsync();
            return true;
        }
        catch (Exception exception) when (exception.IsRedisAway())
        {
            if (tells)
            {
                Log.Waiting(logger, exception.Message);
            }

            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis is not there yet; the host waits for it. {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}
