using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Engines;

/// <summary>A version of the engine that the platform has heard of, from the feed or by hand.</summary>
public sealed class EngineRelease
{
    /// <summary>Without <c>v</c>: <c>9.2.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>An administrator brought its archive; otherwise it is from the feed.</summary>
    public bool ByHand { get; set; }

    public DateTimeOffset? PublishedAt { get; set; }

    public DateTimeOffset FoundAt { get; init; }

    /// <summary>A rollout of it did not succeed: the platform does not begin another by itself.</summary>
    public DateTimeOffset? RefusedAt { get; set; }

    /// <summary>Why, in words.</summary>
    public string? RefusedWhy { get; set; }

    public List<EngineArchive> Archives { get; } = [];
}

/// <summary>The archive of a release for one platform, and the digest by which it is known.</summary>
public sealed class EngineArchive
{
    public required string Version { get; init; }

    /// <summary>For example <c>linux_amd64</c> (<see cref="Contracts.Engines.EnginePlatform"/>).</summary>
    public required string Platform { get; init; }

    /// <summary>SHA-256 in lower-case hex, as the release's checksums or the administrator say.</summary>
    public required string Sha256 { get; set; }

    /// <summary>Where hosts fetch it; null if it was brought by hand.</summary>
    public string? Url { get; set; }

    /// <summary>Names its <see cref="EnginePart"/>s; null if the database does not keep it.</summary>
    public Guid? ContentId { get; set; }

    /// <summary>All parts are there.</summary>
    public bool IsStored { get; set; }
}

/// <summary>A piece of an archive that the database keeps, for hosts that can't fetch it.</summary>
public sealed class EnginePart
{
    public Guid ContentId { get; init; }

    /// <summary>From 0 on, without gaps.</summary>
    public int Number { get; init; }

    public required byte[] Data { get; init; }
}

internal sealed class EngineReleaseConfiguration :
    IEntityTypeConfiguration<EngineRelease>, IEntityTypeConfiguration<EngineArchive>, IEntityTypeConfiguration<EnginePart>
{
    public const int VersionLength = 32;
    public const int PlatformLength = 32;
    public const int ReasonLength = 500;

    public void Configure(EntityTypeBuilder<EngineRelease> release)
    {
        release.ToTable("engine_releases");
        release.HasKey(r => r.Version);
        release.Property(r => r.Version).HasMaxLength(VersionLength);
        release.Property(r => r.RefusedWhy).HasMaxLength(ReasonLength);
        release.HasMany(r => r.Archives).WithOne().HasForeignKey(a => a.Version).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<EngineArchive> archive)
    {
        archive.ToTable("engine_archives");
        archive.HasKey(a => new { a.Version, a.Platform });
        archive.Property(a => a.Version).HasMaxLength(VersionLength);
        archive.Property(a => a.Platform).HasMaxLength(PlatformLength);
        archive.Property(a => a.Sha256).HasMaxLength(64);
        archive.Property(a => a.Url).HasMaxLength(2048);
    }

    public void Configure(EntityTypeBuilder<EnginePart> part)
    {
        part.ToTable("engine_parts");
        part.HasKey(p => new { p.ContentId, p.Number });
    }
}
