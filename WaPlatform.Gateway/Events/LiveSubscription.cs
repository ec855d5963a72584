using System.Text.Json;
using StackExchange.Redis;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;

namespace WaPlatform.Gateway.Events;

/// <summary>Hears once for this gateway what the owners of all devices say.</summary>
internal sealed partial class LiveSubscription(
    IConnectionMultiplexer redis, EventDispatcher dispatcher, HubMetrics metrics, TimeProvider timeProvider, ILogger<LiveSubscription> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Redis' client subscribes again by itself when a connection comes back; only the first time it must be there.
                var queue = await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(LiveChannel.Name));
                queue.OnMessage(message => Hear(message.Message));
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                Log.NotSubscribed(logger, exception.Message);
            }

            await Task.Delay(RetryDelay, timeProvider, stoppingToken);
        }
    }

    // One message at a time and in their order; nothing in here waits.
    private void Hear(RedisValue message)
    {
        try
        {
            if (JsonSerializer.Deserialize<DeviceEvent>(((ReadOnlyMemory<byte>)message).Span, WireJson.Options) is { } e)
            {
                metrics.Received();
                dispatcher.Publish(e);
            }
        }
        catch (JsonException exception)
        {
            Log.NotAnEvent(logger, exception.Path ?? "-");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Live events can't be heard yet; trying again. {Reason}")]
        public static partial void NotSubscribed(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Error, "Something on the live channel is not an event (at {Path}).")]
        public static partial void NotAnEvent(ILogger logger, string path);
    }
}
