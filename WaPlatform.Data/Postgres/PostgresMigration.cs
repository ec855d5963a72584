using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace WaPlatform.Data.Postgres;

internal static class PostgresMigration
{
    // An arbitrary number that no other program's advisory lock should have: "WaPlatfo" in ASCII.
    private const long LockKey = 0x5761506C6174666F;

    // The database that every server has and every role may connect to.
    private const string MaintenanceDatabase = "postgres";

    public static async Task RunAsync(PostgresWaDbContext database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.Database.GetConnectionString());
        await using var held = await LockAsync(settings, cancellationToken) ?? await CreateAndLockAsync(settings, cancellationToken);
        await database.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Connects and takes the lock, which ends with the connection, even that of a killed process. Null: there is no such database.</summary>
    private static async Task<NpgsqlConnection?> LockAsync(NpgsqlConnectionStringBuilder settings, CancellationToken cancellationToken)
    {
        // Pooled, the connection would live on with its lock when it is closed.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);

            // No time limit: another service may be in a long migration.
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({LockKey})", connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<NpgsqlConnection> CreateAndLockAsync(NpgsqlConnectionStringBuilder settings, CancellationToken cancellationToken)
    {
        var name = settings.Database ?? throw new InvalidOperationException("The connection string names no database.");

        // Advisory locks are of one database, so the creators meet in the one that exists.
        var maintenance = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = MaintenanceDatabase };
        await using var held = await LockAsync(maintenance, cancellationToken)
            ?? throw new InvalidOperationException($"The database {name} does not exist, and there is no database {MaintenanceDatabase} to create it from.");

        await using (var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", held) { Parameters = { new() { Value = name } } })
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is null)
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE {new NpgsqlCommandBuilder().QuoteIdentifier(name)}", held) { CommandTimeout = 0 };
                await create.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        return await LockAsync(settings, cancellationToken) ?? throw new InvalidOperationException($"The database {name} was dropped just after it had been created.");
    }
}
