using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WaPlatform.Contracts.Events;

namespace WaPlatform.Data.Events;

/// <summary>One thing that happened, as it is kept.</summary>
public sealed class JournalEvent
{
    /// <summary>Its place in the whole journal. Places are given in the order in which events become visible (<see cref="Journal"/>): a reader who goes on after the last one that it saw misses none.</summary>
    public long Id { get; init; }

    /// <summary>The device; null for what happened to the platform itself.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Grows with each event of the device, and is unique for it; 0 without a device.</summary>
    public long Sequence { get; init; }

    /// <summary>The owner's, when it wrote the event (<see cref="Devices.Device.Epoch"/>).</summary>
    public long Epoch { get; init; }

    public required string Type { get; init; }

    public EventSource Source { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>JSON of the public Event's <c>data</c>.</summary>
    public required string Data { get; init; }

    /// <summary>The event as it travels; those of the engine's socket with their frame, which is their data.</summary>
    public DeviceEvent ToEvent()
    {
        var data = JsonElement.Parse(Data);
        return new DeviceEvent(PhoneNumber, Sequence, Type, At, Source, data, Type == EventTypes.WebSocketMessage ? data : null, null, Id);
    }
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
        entry.HasIndex(e => new { e.PhoneNumber, e.Id });
        entry.HasIndex(e => e.At);
    }
}
