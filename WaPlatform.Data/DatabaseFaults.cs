using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace WaPlatform.Data;

/// <summary>What a failed statement means, whichever the provider.</summary>
public static class DatabaseFaults
{
    private const int SqliteConstraintForeignKey = 787;

    // SQLITE_READONLY, _BUSY, _LOCKED, _IOERR, _FULL, _CANTOPEN.
    private static readonly int[] SqliteUnavailable = [8, 5, 6, 10, 13, 14];

    /// <summary>The row that it refers to is not there.</summary>
    public static bool IsForeignKeyViolation(this Exception exception) => Find(exception) switch
    {
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode == SqliteConstraintForeignKey,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.ForeignKeyViolation,
        _ => false,
    };

    /// <summary>The database is down, full or busy: the same statement may succeed later.</summary>
    public static bool IsDatabaseUnavailable(this Exception exception) => Find(exception) switch
    {
        SqliteException sqlite => SqliteUnavailable.Contains(sqlite.SqliteErrorCode),
        PostgresException postgres => postgres.IsTransient || postgres.SqlState == PostgresErrorCodes.DiskFull,

        // Not an answer of the server: it could not be reached, or went away.
        NpgsqlException => true,
        _ => false,
    };

    private static DbException? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is DbException found)
            {
                return found;
            }
        }

        return null;
    }
}
