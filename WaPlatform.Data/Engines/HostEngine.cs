using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.Data.Engines;

/// <summary>Which engines a host has, as it says itself.</summary>
public sealed class HostEngine
{
    public required string Host { get; init; }

    public required string Platform { get; set; }

    /// <summary>False where a binary is configured: that one runs, whatever is rolled out.</summary>
    public bool IsManaged { get; set; }

    /// <summary>The configured binary.</summary>
    public string? Path { get; set; }

    /// <summary>Versions, with commas between them.</summary>
    public string Installed { get; set; } = "";

    /// <summary>The version that it could not install.</summary>
    public string? FailedVersion { get; set; }

    /// <summary>The rollout for which it tried that; null if it was the current version.</summary>
    public Guid? FailedFor { get; set; }

    public RolloutReason? FailedReason { get; set; }

    public string? FailedDetail { get; set; }

    /// <summary>It tries no more for that rollout.</summary>
    public bool GaveUp { get; set; }

    public IReadOnlyList<string> Versions => Installed.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class HostEngineConfiguration : IEntityTypeConfiguration<HostEngine>
{
    public void Configure(EntityTypeBuilder<HostEngine> host)
    {
        host.ToTable("host_engines");
        host.HasKey(h => h.Host);
        host.Property(h => h.Host).HasMaxLength(128);
        host.Property(h => h.Platform).HasMaxLength(EngineReleaseConfiguration.PlatformLength);
        host.Property(h => h.Path).HasMaxLength(1024);
        host.Property(h => h.Installed).HasMaxLength(1024);
        host.Property(h => h.FailedVersion).HasMaxLength(EngineReleaseConfiguration.VersionLength);
        host.Property(h => h.FailedReason).HasConversion<string>().HasMaxLength(32);
        host.Property(h => h.FailedDetail).HasMaxLength(EngineReleaseConfiguration.ReasonLength);
        host.Ignore(h => h.Versions);
    }
}
