using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace WaPlatform.Data.Postgres;

/// <summary>The database of a distributed installation.</summary>
public sealed class PostgresWaDbContext(DbContextOptions<PostgresWaDbContext> options) : WaDbContext(options)
{
    // The driver refuses a time of another offset than UTC, and clients send such.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), value => value);
}
