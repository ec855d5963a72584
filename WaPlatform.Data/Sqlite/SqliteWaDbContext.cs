using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace WaPlatform.Data.Sqlite;

/// <summary>The database of Standalone: one file.</summary>
public sealed class SqliteWaDbContext(DbContextOptions<SqliteWaDbContext> options) : WaDbContext(options)
{
    // SQLite has no time type, and EF Core can't compare its text form: microseconds since 1970 sort and compare.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMicrosecondsConverter>();

    private sealed class UnixMicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        value => DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond));
}
