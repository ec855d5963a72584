using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Engines;

/// <summary>What the platform knows and wants of the engine as a whole. One row.</summary>
public sealed class EngineFleet
{
    public const int OnlyId = 1;

    public int Id { get; init; }

    /// <summary>The version that devices are started with, unless a rollout says another; null before the first one.</summary>
    public string? Current { get; set; }

    /// <summary>The version before, to go back to.</summary>
    public string? Previous { get; set; }

    /// <summary>The only version that may be rolled out; null = any.</summary>
    public string? Pinned { get; set; }

    /// <summary>The newest release that the feed had.</summary>
    public string? Newest { get; set; }

    /// <summary>The newest release that was told of as an event.</summary>
    public string? Told { get; set; }

    /// <summary>When the feed was asked last.</summary>
    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>Why that did not succeed; null if it did.</summary>
    public string? CheckError { get; set; }

    /// <summary>The feed's mark of its last answer, so that an unchanged one need not be sent again.</summary>
    public string? FeedTag { get; set; }

    /// <summary>The feed wants to be left alone until then.</summary>
    public DateTimeOffset? FeedNotBefore { get; set; }
}

internal sealed class EngineFleetConfiguration : IEntityTypeConfiguration<EngineFleet>
{
    public void Configure(EntityTypeBuilder<EngineFleet> fleet)
    {
        fleet.ToTable("engine_fleet");
        fleet.Property(f => f.Id).ValueGeneratedNever();
        foreach (var version in (string[])[nameof(EngineFleet.Current), nameof(EngineFleet.Previous), nameof(EngineFleet.Pinned), nameof(EngineFleet.Newest), nameof(EngineFleet.Told)])
        {
            fleet.Property(version).HasMaxLength(EngineReleaseConfiguration.VersionLength);
        }

        fleet.Property(f => f.CheckError).HasMaxLength(500);
        fleet.Property(f => f.FeedTag).HasMaxLength(256);
        fleet.HasData(new EngineFleet { Id = EngineFleet.OnlyId });
    }
}
