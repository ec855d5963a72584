using StackExchange.Redis;

namespace WaPlatform.ServiceDefaults.Redis;

internal static class RedisConnection
{
    /// <summary>The options of a connection string, with what the platform asks of every connection.</summary>
    public static ConfigurationOptions Parse(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;

        return options;
    }
}
