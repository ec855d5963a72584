using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WaPlatform.Data.Devices;

internal sealed class DeviceConfiguration : IEntityTypeConfiguration<Device>, IEntityTypeConfiguration<StateChange>
{
    public void Configure(EntityTypeBuilder<Device> device)
    {
        device.ToTable("devices");
        device.HasKey(d => d.PhoneNumber);
        device.Property(d => d.PhoneNumber).HasMaxLength(15);
        device.Property(d => d.Name).HasMaxLength(200);
        device.Property(d => d.Desired).HasConversion<string>().HasMaxLength(16);
        device.Property(d => d.State).HasConversion<string>().HasMaxLength(16);
        device.Property(d => d.Reason).HasConversion<string>().HasMaxLength(32);
        device.Property(d => d.Jid).HasMaxLength(128);
        device.Property(d => d.OwnerHost).HasMaxLength(128);
        device.Property(d => d.PlacedOn).HasMaxLength(128);
        device.Property(d => d.Home).HasMaxLength(1024);

        // A URL of 1,024 characters, protected; and the same with *** in it.
        device.Property(d => d.Proxy).HasMaxLength(8192);
        device.Property(d => d.ProxyShown).HasMaxLength(1100);
        device.Ignore(d => d.QueueSettings);

        // The fleet keeper reads only those that want to run.
        device.HasIndex(d => d.Desired);
    }

    public void Configure(EntityTypeBuilder<StateChange> change)
    {
        change.ToTable("device_states");
        change.Property(c => c.PhoneNumber).HasMaxLength(15);
        change.Property(c => c.State).HasConversion<string>().HasMaxLength(16);
        change.Property(c => c.Reason).HasConversion<string>().HasMaxLength(32);
        change.HasOne<Device>().WithMany().HasForeignKey(c => c.PhoneNumber).OnDelete(DeleteBehavior.Cascade);
        change.HasIndex(c => new { c.PhoneNumber, c.Id });
    }
}
