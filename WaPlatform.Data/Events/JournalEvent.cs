using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WaPlatform.Contracts.Events;

namespace WaPlatform.Data.Events;

/// <summary>One thing that happened on a device, as it is kept.</summary>
public sealed class JournalEvent
{
    public long Id { get; init; }

    public required string PhoneNumber { get; init; }

    /// <summary>Grows with each event of the device; unique for it.</summary>
    public long Sequence { get; init; }

    public required string Type { get; init; }

    public EventSource Source { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>JSON of the public Event's <c>data</c>.</summary>
    public required string Data { get; init; }
}

internal sealed class JournalEventConfiguration : IEntityTypeConfiguration<JournalEvent>
{
    public void Configure(EntityTypeBuilder<JournalEvent> entry)
    {
        entry.ToTable("events");
        entry.Property(e => e.PhoneNumber).HasMaxLength(15);
        entry.Property(e => e.Type).HasMaxLength(64);
        entry.Property(e => e.Source).HasConversion<string>().HasMaxLength(16);

        // Two owners of one device can't both append: the second one's number is taken.
        entry.HasIndex(e => new { e.PhoneNumber, e.Sequence }).IsUnique();
        entry.HasIndex(e => e.At);
    }
}
