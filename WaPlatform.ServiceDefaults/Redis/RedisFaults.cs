using StackExchange.Redis;

namespace WaPlatform.ServiceDefaults.Redis;

public static class RedisFaults
{
    /// <summary>Redis is away, or does not take commands of this kind now (a replica, a full disk): do without it.</summary>
    public static bool IsRedisAway(this Exception exception) => exception is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException;
}
