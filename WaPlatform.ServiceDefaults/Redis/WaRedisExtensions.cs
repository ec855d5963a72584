using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;
using WaPlatform.ServiceDefaults.Queues;
using WaPlatform.ServiceDefaults.Redis;

namespace Microsoft.Extensions.Hosting;

public static class WaRedisExtensions
{
    /// <summary>
    /// Registers <see cref="IConnectionMultiplexer"/> for the connection string <paramref name="name"/>. A Redis that is not there does not stop
    /// the start: the connection is tried again for ever.
    /// </summary>
    public static TBuilder AddWaRedis<TBuilder>(this TBuilder builder, string name = "redis") where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(IConnectionMultiplexer)))
        {
            return builder;
        }

        var connectionString = builder.Configuration.GetConnectionString(name) ?? throw new InvalidOperationException(
            $"ConnectionStrings:{name} is not set. Example: ConnectionStrings__{name}=localhost:6379");

#if ASPIRE
        // The check below has the platform's name, time limit and verdict; and there are no spans of Redis without Aspire either.
        builder.AddRedisClient(
            name, settings => (settings.ConnectionString, settings.DisableHealthChecks, settings.DisableTracing) = (connectionString, true, true), RedisConnection.Configure);
#else
        var options = RedisConnection.Parse(connectionString);
        builder.Services.TryAddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));
#endif

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<QueueIndex>();

        // Degraded, not unhealthy: messages are accepted without Redis (rows are the truth), so no gateway should be taken out for it.
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>("redis", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(3));
        return builder;
    }
}
