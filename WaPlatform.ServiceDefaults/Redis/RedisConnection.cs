using StackExchange.Redis;

namespace WaPlatform.ServiceDefaults.Redis;

internal static class RedisConnection
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The options of a connection string, with what the platform asks of every connection.</summary>
    public static ConfigurationOptions Parse(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        Configure(options);
        return options;
    }

    /// <summary>Sets what the platform asks of every connection.</summary>
    public static void Configure(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;

        // The first attempts hold up the start of the service, its answers to probes too; the others come in the background.
        options.ConnectRetry = 1;

        // Nothing waits for a Redis that is away: each user has a way without it.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AsyncTimeout = (int)AnswerTimeout.TotalMilliseconds;
    }
}
