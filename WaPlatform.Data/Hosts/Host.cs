using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Hosts;

/// <summary>
/// A ProcessHost of the cluster and its lease. As long as the lease lasts nobody else takes the devices that name it as their owner; when it can't
/// be renewed, the host ends its engines before it runs out (architecture §3). Times are the database's own.
/// </summary>
public sealed class Host
{
    /// <summary>Its name, unique in the cluster; stays the same over restarts.</summary>
    public required string Id { get; init; }

    /// <summary>Changes each time that the host joins the cluster: what an earlier run writes is void.</summary>
    public Guid Run { get; set; }

    public DateTimeOffset LeaseUntil { get; set; }

    /// <summary>Address of its silo, in Orleans' form (<c>S127.0.0.1:11111:1234</c>); empty while it starts, when nothing may be placed there.</summary>
    public required string Silo { get; set; }

    /// <summary>Base URL under which gateways reach the host; null until it listens.</summary>
    public string? Address { get; set; }

    /// <summary>Engines that it may run.</summary>
    public int MaxProcesses { get; set; }

    /// <summary>Its devices are to go elsewhere, and no new ones come.</summary>
    public bool Draining { get; set; }

    /// <summary>Version of the platform that it runs.</summary>
    public required string Version { get; set; }

    /// <summary>What it runs as engines: <c>gowa</c> or <c>simulator</c>.</summary>
    public required string Engine { get; set; }

    public required string Machine { get; set; }

    public int Pid { get; set; }

    /// <summary>How the host and its machine are, as JSON of its <c>HostVitals</c>; null until it has looked.</summary>
    public string? Vitals { get; set; }

    /// <summary>When this run joined.</summary>
    public DateTimeOffset StartedAt { get; set; }
}

internal sealed class HostConfiguration : IEntityTypeConfiguration<Host>
{
    public void Configure(EntityTypeBuilder<Host> host)
    {
        host.ToTable("hosts");
        host.Property(h => h.Id).HasMaxLength(128);
        host.Property(h => h.Silo).HasMaxLength(128);
        host.Property(h => h.Address).HasMaxLength(256);
        host.Property(h => h.Version).HasMaxLength(64);
        host.Property(h => h.Engine).HasMaxLength(16);
        host.Property(h => h.Machine).HasMaxLength(128);
        host.Property(h => h.Vitals).HasMaxLength(1000);
    }
}
