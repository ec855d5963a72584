using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WaPlatform.Data.Devices;

namespace WaPlatform.Data.Messages;

internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.ToTable("messages");
        message.Property(m => m.Id).ValueGeneratedNever();
        message.Property(m => m.PhoneNumber).HasMaxLength(15);
        message.Property(m => m.To).HasMaxLength(128);
        message.Property(m => m.Type).HasConversion<string>().HasMaxLength(16);
        message.Property(m => m.Status).HasConversion<string>().HasMaxLength(16);
        message.Property(m => m.Tag).HasMaxLength(128);
        message.Property(m => m.IdempotencyKey).HasMaxLength(128);
        message.Property(m => m.RequestHash).HasMaxLength(64);
        message.Property(m => m.WhatsappMessageId).HasMaxLength(64);
        message.Property(m => m.ErrorCode).HasMaxLength(64);
        message.Property(m => m.ErrorDetail).HasMaxLength(1000);

        message.HasOne<Device>().WithMany().HasForeignKey(m => m.PhoneNumber).OnDelete(DeleteBehavior.Cascade);

        // A client that retries a send must hit the first row, never make a second.
        message.HasIndex(m => new { m.PhoneNumber, m.IdempotencyKey }).IsUnique().HasFilter("\"IdempotencyKey\" IS NOT NULL");

        // The pump reads one device's oldest unsent rows; the many sent ones must not weigh on it.
        message.HasIndex(m => new { m.PhoneNumber, m.Priority, m.Id }).HasFilter("\"Status\" IN ('Queued', 'Scheduled', 'Sending')");

        // A receipt names the WhatsApp id.
        message.HasIndex(m => new { m.PhoneNumber, m.WhatsappMessageId });
    }
}
