using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Postgres;

namespace WaPlatform.Data;

public static class DatabaseTime
{
    /// <summary>The time as precisely as both databases keep it (microseconds): what is stored and what is answered before are then the same.</summary>
    public static DateTimeOffset GetDatabaseTime(this TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        var now = timeProvider.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>The time by which leases run: the database server's, because the clocks of several machines differ; that of the only machine on SQLite.</summary>
    public static async Task<DateTimeOffset> GetClockAsync(this WaDbContext database, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database is PostgresWaDbContext
            ? new DateTimeOffset(await database.Database.SqlQueryRaw<DateTime>("SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancellationToken))
            : timeProvider.GetDatabaseTime();
    }
}
