using System.Text.Json;
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

        // A move from a status that the row has no more is refused.
        message.Property(m => m.Status).HasConversion<string>().HasMaxLength(16).IsConcurrencyToken();
        message.Property(m => m.Attempts).IsConcurrencyToken();
        message.Property(m => m.Tag).HasMaxLength(128);
        message.Property(m => m.IdempotencyKey).HasMaxLength(128);
        message.Property(m => m.RequestHash).HasMaxLength(64);
        message.Property(m => m.WhatsappMessageId).HasMaxLength(64);
        message.Property(m => m.ErrorCode).HasMaxLength(64);
        message.Property(m => m.ErrorDetail).HasMaxLength(1000);
        message.Property(m => m.TraceParent).HasMaxLength(MessageTrace.MaxLength);

        // Text rather than the provider's own JSON: it is read and written whole, and the two databases keep it alike.
        message.Property(m => m.Media).HasConversion(
            media => JsonSerializer.Serialize(media, JsonSerializerOptions.Default), json => JsonSerializer.Deserialize<MediaFile>(json, JsonSerializerOptions.Default));

        message.HasOne<Device>().WithMany().HasForeignKey(m => m.PhoneNumber).OnDelete(DeleteBehavior.Cascade);

        // A client that retries a send must hit the first row, never make a second.
        message.HasIndex(m => new { m.PhoneNumber, m.IdempotencyKey }).IsUnique().HasFilter("\"IdempotencyKey\" IS NOT NULL");

        // The pump reads one device's oldest unsent rows; the many sent ones must not weigh on it.
        message.HasIndex(m => new { m.PhoneNumber, m.Priority, m.Id }).HasFilter("\"Status\" IN ('Queued', 'Scheduled', 'Sending')");

        // What is found to be over time, wherever its device is.
        message.HasIndex(m => m.ExpiresAt).HasFilter("\"ExpiresAt\" IS NOT NULL AND \"Status\" IN ('Queued', 'Scheduled')");

        message.HasIndex(m => m.BatchId).HasFilter("\"BatchId\" IS NOT NULL");

        // Figures of the last hour, what is past its time, and whose file is still needed.
        message.HasIndex(m => m.CreatedAt);

        // A receipt names the WhatsApp id.
        message.HasIndex(m => new { m.PhoneNumber, m.WhatsappMessageId }).HasFilter("\"WhatsappMessageId\" IS NOT NULL");
    }
}
