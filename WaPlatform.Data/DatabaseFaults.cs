using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace WaPlatform.Data;

/// <summary>What a failed statement means, whichever the provider.</summary>
public static class DatabaseFaults
{
    // https://www.sqlite.org/rescode.html
    private const int SqliteConstraintForeignKey = 787;
    private const int SqliteConstraintPrimaryKey = 1555;
    private const int SqliteConstraintUnique = 2067;

    // SQLITE_READONLY, _BUSY, _LOCKED, _IOERR, _FULL, _CANTOPEN.
    private static readonly int[] SqliteUnavailable = [8, 5, 6, 10, 13, 14];

    /// <summary>The server ended a transaction that stood still (WaDatabaseExtensions.MaxIdleInTransaction).</summary>
    internal const string IdleInTransactionTimeout = "25P03";

    // Of a server that is being stopped, started, or is a standby.
    private static readonly string[] PostgresUnavailable =
    [
        PostgresErrorCodes.DiskFull, PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow,
        PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.QueryCanceled, PostgresErrorCodes.LockNotAvailable,
        IdleInTransactionTimeout,
    ];

    /// <summary>A unique index or a primary key refused the row: somebody else was first.</summary>
    public static bool IsUniqueViolation(this Exception exception) => Find(exception) switch
    {
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteConstraintUnique or SqliteConstraintPrimaryKey,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        _ => false,
    };

    /// <summary>The row that it refers to is not there.</summary>
    public static bool IsForeignKeyViolation(this Exception exception) => Find(exception) switch
    {
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode == SqliteConstraintForeignKey,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.ForeignKeyViolation,
        _ => false,
    };

    /// <summary>A serializable transaction met another one: nothing of it was done, and it may be tried again at once.</summary>
    public static bool IsSerializationFailure(this Exception exception) =>
        Find(exception) is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>The database is down, full or busy, or not ours to write to at this moment: the same statement may succeed later.</summary>
    public static bool IsDatabaseUnavailable(this Exception exception) => exception is LeaseLostException || Find(exception) switch
    {
        SqliteException sqlite => SqliteUnavailable.Contains(sqlite.SqliteErrorCode),
        PostgresException postgres => postgres.IsTransient || PostgresUnavailable.Contains(postgres.SqlState),

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
