using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Events;

/// <summary>How far the journal was cut off: events up to this place are gone, and a reader who comes from before it has missed some. One row.</summary>
public sealed class JournalHorizon
{
    public int Id { get; init; }

    public long Place { get; set; }
}

internal sealed class JournalHorizonConfiguration : IEntityTypeConfiguration<JournalHorizon>
{
    public void Configure(EntityTypeBuilder<JournalHorizon> horizon)
    {
        horizon.ToTable("journal_horizon");
        horizon.Property(h => h.Id).ValueGeneratedNever();
        horizon.HasData(new JournalHorizon { Id = 1, Place = 0 });
    }
}
