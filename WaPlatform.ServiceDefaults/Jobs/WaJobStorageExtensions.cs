using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.Data.Sqlite;

namespace Microsoft.Extensions.Hosting;

public static class WaJobStorageExtensions
{
    /// <summary>Schema of the PostgreSQL database; Hangfire makes it and its tables.</summary>
    public const string Schema = "hangfire";

    /// <summary>How late a job may come because nobody looked.</summary>
    public static TimeSpan JobPollInterval { get; } = TimeSpan.FromSeconds(5);

    // Longer than any sweep lasts, and short enough that the lock of a process that was killed does not hold up the jobs for long.
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Registers Hangfire's storage, which keeps the schedule and the jobs under way: a schema of its own of the platform's PostgreSQL, else the memory of this
    /// process. It is opened when it is first asked for; that fails while the database is away, and may be tried again.
    /// </summary>
    public static TBuilder AddWaJobStorage<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Hangfire's own registration would open the storage when the host is put together, before the database is known to be there.
        builder.Services.TryAddSingleton(_ => Open(builder.Configuration.GetConnectionString("wadb") ?? ""));
        return builder;
    }

    private static JobStorage Open(string connectionString)
    {
        if (SqliteWaDatabase.Recognizes(connectionString))
        {
            return new InMemoryStorage();
        }

        var options = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            QueuePollInterval = JobPollInterval,
            DistributedLockTimeout = LockTimeout,
            UseSlidingInvisibilityTimeout = true,

            // It would block a thread through its pauses; who needs the storage tries again by itself.
            StartupConnectionMaxRetries = 0,
            AllowDegradedModeWithoutStorage = false,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
    }
}
