using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.Data.Engines;

/// <summary>A version on its way to the devices. What is done next follows from these rows alone, so that any host can go on with it.</summary>
public sealed class EngineRollout
{
    public Guid Id { get; init; }

    public required string Version { get; init; }

    /// <summary>The version before; null if there was none.</summary>
    public string? From { get; init; }

    public RolloutTrigger Trigger { get; init; }

    public RolloutState State { get; set; }

    public RolloutReason? Reason { get; set; }

    /// <summary>The reason in words.</summary>
    public string? Detail { get; set; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>It has not come to an end. Only one can be.</summary>
    public bool Active { get; set; }

    /// <summary>Grows with each step, so that two that take it for theirs do not both take one.</summary>
    public int Revision { get; set; }

    public List<EngineRolloutDevice> Devices { get; } = [];
}

/// <summary>One device in a rollout.</summary>
public sealed class EngineRolloutDevice
{
    public Guid RolloutId { get; init; }

    public required string PhoneNumber { get; init; }

    /// <summary>Its place among the devices; the lower goes first.</summary>
    public int Number { get; init; }

    public bool IsCanary { get; init; }

    public RolloutDeviceState State { get; set; }

    public RolloutReason? Reason { get; set; }

    /// <summary>Of <see cref="State"/>.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>It was connected before, and so has to be again.</summary>
    public bool WasConnected { get; set; }

    /// <summary>Start of the engine process that is being watched, by its host's clock.</summary>
    public DateTimeOffset? ProcessStartedAt { get; set; }
}

internal sealed class EngineRolloutConfiguration : IEntityTypeConfiguration<EngineRollout>, IEntityTypeConfiguration<EngineRolloutDevice>
{
    public void Configure(EntityTypeBuilder<EngineRollout> rollout)
    {
        rollout.ToTable("engine_rollouts");
        rollout.Property(r => r.Id).ValueGeneratedNever();
        rollout.Property(r => r.Version).HasMaxLength(EngineReleaseConfiguration.VersionLength);
        rollout.Property(r => r.From).HasMaxLength(EngineReleaseConfiguration.VersionLength);
        rollout.Property(r => r.Trigger).HasConversion<string>().HasMaxLength(16);
        rollout.Property(r => r.State).HasConversion<string>().HasMaxLength(16);
        rollout.Property(r => r.Reason).HasConversion<string>().HasMaxLength(32);
        rollout.Property(r => r.Detail).HasMaxLength(EngineReleaseConfiguration.ReasonLength);
        rollout.Property(r => r.Revision).IsConcurrencyToken();

        // Two that begin one at the same time: the index lets one of them.
        rollout.HasIndex(r => r.Active).IsUnique().HasFilter("\"Active\"");
        rollout.HasMany(r => r.Devices).WithOne().HasForeignKey(d => d.RolloutId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<EngineRolloutDevice> device)
    {
        device.ToTable("engine_rollout_devices");
        device.HasKey(d => new { d.RolloutId, d.PhoneNumber });
        device.Property(d => d.PhoneNumber).HasMaxLength(15);
        device.Property(d => d.State).HasConversion<string>().HasMaxLength(16);
        device.Property(d => d.Reason).HasConversion<string>().HasMaxLength(32);
    }
}
