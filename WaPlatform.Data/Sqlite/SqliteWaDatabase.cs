using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace WaPlatform.Data.Sqlite;

/// <summary>How the platform opens an SQLite database.</summary>
public static class SqliteWaDatabase
{
    /// <summary>Says whether a connection string is meant for SQLite.</summary>
    public static bool Recognizes(string connectionString) =>
        connectionString.Split(';').Select(part => part.Split('=', 2)[0].Trim()).Any(key =>
            key.Equals("Data Source", StringComparison.OrdinalIgnoreCase)
            || key.Equals("DataSource", StringComparison.OrdinalIgnoreCase)
            || key.Equals("Filename", StringComparison.OrdinalIgnoreCase));

    public static void Configure(DbContextOptionsBuilder options, string connectionString)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true };
        options.UseSqlite(settings.ToString()).AddInterceptors(Settings.Instance);
    }

    /// <summary>Sets what SQLite keeps for a connection and not in the file.</summary>
    private sealed class Settings : DbConnectionInterceptor
    {
        public static readonly Settings Instance = new();

        // FULL: what was accepted survives a power cut. It is one fsync of the write-ahead log a transaction, and messages are
        // accepted many to a transaction. The provider's own wait for a lock is in steps of 150 ms; SQLite's is finer.
        private const string Pragmas = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
