using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WaPlatform.Data.Messages;

namespace WaPlatform.Data.Postgres;

/// <summary>The database of a distributed installation.</summary>
public sealed class PostgresWaDbContext(DbContextOptions<PostgresWaDbContext> options) : WaDbContext(options)
{
    // The driver refuses a time of another offset than UTC, and clients send such.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        // Lists of one device, and what goes with it when it is deleted. Not for SQLite: it would take this one, blind to how many rows a device has, where
        // the pump needs the index of the few that are unsent.
        modelBuilder.Entity<Message>().HasIndex(m => new { m.PhoneNumber, m.Id });
    }

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), value => value);
}
