using System.Data.Common;
using System.Runtime.CompilerServices;
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

    public static void Configure(DbContextOptionsBuilder options, string connectionString) =>
        options.UseSqlite(connectionString).AddInterceptors(Settings.Instance);

    /// <summary>Sets what SQLite keeps for a connection and not in the file; once, because the provider keeps connections open behind closed ones.</summary>
    private sealed class Settings : DbConnectionInterceptor
    {
        public static readonly Settings Instance = new();

        // FULL: what was accepted survives a power cut. It is one fsync of the write-ahead log a transaction, and messages are
        // accepted many to a transaction. The provider's own wait for a lock is in steps of 150 ms; SQLite's is finer.
        private const string Pragmas = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;";

        private readonly ConditionalWeakTable<object, object> _done = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            if (((SqliteConnection)connection).Handle is { } handle && _done.TryAdd(handle, handle))
            {
                using var command = connection.CreateCommand();
                command.CommandText = Pragmas;
                command.ExecuteNonQuery();
            }
        }

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            // SQLite has no asynchronous calls; the provider's only look so.
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
