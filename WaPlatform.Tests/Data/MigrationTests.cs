using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using WaPlatform.Data;

namespace WaPlatform.Tests.Data;

/// <summary>Services that start together, after whatever the last ones left behind.</summary>
public abstract class MigrationTests(TestDatabase database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EightServicesAndNoDatabase_AllGetTheNewestSchema()
    {
        var connectionString = await database.NameAnotherAsync(CancellationToken);
        IHost[] services = [.. Enumerable.Range(0, 8).Select(_ => TestDatabase.CreateService(connectionString))];

        try
        {
            await Task.WhenAll(services.Select(service => Task.Run(() => service.StartAsync(CancellationToken)))).WaitAsync(Patience, CancellationToken);
            foreach (var service in services)
            {
                await using var context = await OpenAsync(service);
                Assert.Empty(await context.Database.GetPendingMigrationsAsync(CancellationToken));
                Assert.Equal(0, await context.Devices.CountAsync(CancellationToken));
            }
        }
        finally
        {
            Array.ForEach(services, service => service.Dispose());
        }
    }

    [Fact]
    public async Task Start_DatabaseIsUpToDate_ChangesNothing()
    {
        await StartOnceAsync(database.ConnectionString);
        await StartOnceAsync(database.ConnectionString);
    }

    protected static async Task StartOnceAsync(string connectionString)
    {
        using var service = TestDatabase.CreateService(connectionString);
        await service.StartAsync(CancellationToken).WaitAsync(Patience, CancellationToken);
        await service.StopAsync(CancellationToken);
    }

    private static Task<WaDbContext> OpenAsync(IHost service) =>
        service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
}

public sealed class SqliteMigrationTests(SqliteTestDatabase database) : MigrationTests(database), IClassFixture<SqliteTestDatabase>
{
    private readonly SqliteTestDatabase _database = database;

    [Fact]
    public async Task Start_AMigratorWasKilledHoldingItsLock_GoesOn()
    {
        var connectionString = await _database.NameAnotherAsync(CancellationToken);
        await using (var connection = new SqliteConnection(connectionString))
        {
            await connection.OpenAsync(CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
                """;
            await command.ExecuteNonQueryAsync(CancellationToken);
        }

        await StartOnceAsync(connectionString);
    }

    [Fact]
    public async Task Connections_AreDurableAndKeepForeignKeys()
    {
        await using var context = await _database.OpenAsync(CancellationToken);
        await context.Database.OpenConnectionAsync(CancellationToken);

        Assert.Equal("wal", await ReadAsync(context, "journal_mode"));
        Assert.Equal(2L, await ReadAsync(context, "synchronous"));
        Assert.Equal(1L, await ReadAsync(context, "foreign_keys"));
        Assert.Equal(10_000L, await ReadAsync(context, "busy_timeout"));
    }

    private static async Task<object?> ReadAsync(WaDbContext context, string pragma)
    {
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return await command.ExecuteScalarAsync(CancellationToken);
    }
}

public sealed class PostgresMigrationTests(PostgresTestDatabase database) : MigrationTests(database), IClassFixture<PostgresTestDatabase>
{
    // As in PostgresMigration.
    private const long LockKey = 0x5761506C6174666F;

    [Fact]
    public async Task Start_AnotherMigrates_WaitsUntilThatOneIsGone()
    {
        var connectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString;
        await using var other = new NpgsqlConnection(connectionString);
        await other.OpenAsync(CancellationToken);
        await ExecuteAsync(other, $"SELECT pg_advisory_lock({LockKey})");

        var starting = StartOnceAsync(database.ConnectionString);
        await using var watcher = new NpgsqlConnection(connectionString);
        await watcher.OpenAsync(CancellationToken);
        while (await ExecuteAsync(watcher, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") is not > 0)
        {
            Assert.False(starting.IsCompleted);
        }

        // What the server does to a connection whose process was killed.
        await ExecuteAsync(watcher, $"SELECT count(pg_terminate_backend({other.ProcessID}))");
        await starting;
    }

    [Fact]
    public async Task Start_WrongPassword_FailsInsteadOfWaiting()
    {
        var wrong = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "another" }.ConnectionString;

        var refused = await Assert.ThrowsAsync<PostgresException>(() => StartOnceAsync(wrong));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    private static async Task<long?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(CancellationToken) as long?;
    }
}
