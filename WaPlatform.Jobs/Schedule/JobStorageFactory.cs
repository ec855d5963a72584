using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using WaPlatform.Data.Sqlite;

namespace WaPlatform.Jobs.Schedule;

/// <summary>Where the schedule and the jobs under way are kept: in a schema of its own of the platform's PostgreSQL, else in memory.</summary>
internal static class JobStorageFactory
{
    /// <summary>Schema of the PostgreSQL database; Hangfire makes it and its tables.</summary>
    public const string Schema = "hangfire";

    /// <summary>How late a job may come because nobody looked.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    // Longer than any sweep lasts, and short enough that the lock of a process that was killed does not hold up the jobs for long.
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    /// <exception cref="Npgsql.NpgsqlException">The database is away.</exception>
    public static JobStorage Create(IConfiguration configuration)
    {
        var connectionString = configuration.GetConnectionString("wadb") ?? "";
        if (SqliteWaDatabase.Recognizes(connectionString))
        {
            return new InMemoryStorage();
        }

        var options = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            QueuePollInterval = PollInterval,
            DistributedLockTimeout = LockTimeout,
            UseSlidingInvisibilityTimeout = true,

            // It would block a thread through its pauses; JobServer tries again by itself.
            StartupConnectionMaxRetries = 0,
            AllowDegradedModeWithoutStorage = false,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
    }
}
