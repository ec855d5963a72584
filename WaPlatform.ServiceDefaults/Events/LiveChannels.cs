using StackExchange.Redis;

namespace WaPlatform.ServiceDefaults.Events;

internal static class LiveChannels
{
    /// <summary>The Redis channel on which new events are told, one JSON <see cref="Contracts.Events.LiveBatch"/> a message. Channels belong to the whole server; several platforms on it have a database of their own each.</summary>
    public static RedisChannel LiveChannel(this IConnectionMultiplexer redis) => RedisChannel.Literal($"wa:live:{redis.GetDatabase().Database}");
}
