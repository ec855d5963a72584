using System.Net.Sockets;
using Npgsql;
using WaPlatform.Data.Postgres;
using WaPlatform.Data.Sqlite;

namespace WaPlatform.Data;

/// <summary>Brings a database to the newest schema; creates it if it is missing. Any number of services may do so at once: one works, the others wait.</summary>
public static class DatabaseMigrator
{
    public static Task MigrateAsync(WaDbContext database, TimeProvider timeProvider, CancellationToken cancellationToken) => database switch
    {
        SqliteWaDbContext sqlite => SqliteMigration.RunAsync(sqlite, timeProvider, cancellationToken),
        PostgresWaDbContext postgres => PostgresMigration.RunAsync(postgres, cancellationToken),
        _ => throw new ArgumentException($"No migrations are known for {database?.GetType()}.", nameof(database)),
    };

    /// <summary>Says whether a failure means that the database is not there yet, so that it is worth waiting for; a wrong password, for one, is not.</summary>
    public static bool IsUnavailable(Exception? exception) => exception switch
    {
        null => false,
        NpgsqlException { IsTransient: true } or SocketException or PostgresException { SqlState: DatabaseFaults.IdleInTransactionTimeout } => true,
        _ => IsUnavailable(exception.InnerException),
    };
}
