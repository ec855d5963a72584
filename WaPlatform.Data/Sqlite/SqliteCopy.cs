using Microsoft.Data.Sqlite;

namespace WaPlatform.Data.Sqlite;

/// <summary>Copies of SQLite databases that others are writing to.</summary>
public static class SqliteCopy
{
    // https://www.sqlite.org/fileformat2.html
    private static ReadOnlySpan<byte> Header => "SQLite format 3\0"u8;

    /// <summary>Whether a file begins as an SQLite database.</summary>
    public static bool Recognizes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> start = stackalloc byte[Header.Length];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Header);
    }

    /// <summary>
    /// Copies a database as it is at one moment, with what is only in its write-ahead log, into one file. Nobody who writes to it has to wait, if it is in WAL mode.
    /// Holds up the calling thread.
    /// </summary>
    /// <exception cref="SqliteException">It is damaged, or locked for long.</exception>
    public static void Make(string source, string target)
    {
        using var from = Open(source, SqliteOpenMode.ReadOnly);
        using var to = Open(target, SqliteOpenMode.ReadWriteCreate);
        from.BackupDatabase(to);

        // One file; else whoever opens it makes side files beside it.
        Run(to, "PRAGMA journal_mode = DELETE");
    }

    /// <summary>Reads all of a database; null if it is sound, else what is wrong. Holds up the calling thread.</summary>
    public static string? FindDamage(string path)
    {
        try
        {
            using var database = Open(path, SqliteOpenMode.ReadOnly);
            return Run(database, "PRAGMA quick_check(1)") is "ok" ? null : "quick_check found damage";
        }
        catch (SqliteException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>A connection of its own: closed, it holds no file.</summary>
    public static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ConnectionString;

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(ConnectionString(path, mode));
        connection.Open();
        Run(connection, "PRAGMA busy_timeout = 10000");
        return connection;
    }

#pragma warning disable CA2100 // Constants above.
    private static string? Run(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar() as string;
    }
#pragma warning restore CA2100
}
