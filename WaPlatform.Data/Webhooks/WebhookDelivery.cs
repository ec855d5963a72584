using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Webhooks;

namespace WaPlatform.Data.Webhooks;

/// <summary>What became of one event at one subscription.</summary>
public sealed class WebhookDelivery
{
    public Guid Id { get; init; }

    public Guid WebhookId { get; init; }

    /// <summary>Place of the event in the journal; 0 for a test.</summary>
    public long EventPlace { get; init; }

    public string? PhoneNumber { get; init; }

    public required string EventType { get; init; }

    /// <summary>The message that the event tells of; its timeline shows the delivery.</summary>
    public Guid? MessageId { get; init; }

    public DeliveryKind Kind { get; init; }

    public DeliveryStatus Status { get; set; }

    public int Attempts { get; set; }

    /// <summary>HTTP status of the last answer; null if none came.</summary>
    public int? ResponseStatus { get; set; }

    /// <summary>The beginning of the last answer's body, at most 2 KB.</summary>
    public string? ResponseBody { get; set; }

    /// <summary>Why the last attempt failed, if not by its answer's status.</summary>
    public string? Error { get; set; }

    public int? DurationMs { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastAttemptAt { get; set; }

    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>The request's body, of a dead letter: the journal forgets sooner.</summary>
    public string? Payload { get; set; }

    /// <summary>A copy that another context may change.</summary>
    public WebhookDelivery Copy() => (WebhookDelivery)MemberwiseClone();

    /// <summary><c>webhook-id</c> of its requests: the event's, however often it is posted.</summary>
    public string RequestId => Kind == DeliveryKind.Test ? $"test_{Id:N}" : EventCursor.Of(EventPlace);

    public DeliveryView ToView() => new(
        Id, RequestId, EventType, PhoneNumber, Kind, Status, Attempts, ResponseStatus, ResponseBody, Error, DurationMs, CreatedAt, LastAttemptAt, NextAttemptAt);
}

internal sealed class WebhookDeliveryConfiguration : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.Ignore(d => d.RequestId);
        delivery.ToTable("webhook_deliveries");
        delivery.Property(d => d.Id).ValueGeneratedNever();
        delivery.Property(d => d.PhoneNumber).HasMaxLength(15);
        delivery.Property(d => d.EventType).HasMaxLength(64);
        delivery.Property(d => d.Kind).HasConversion<string>().HasMaxLength(16);
        delivery.Property(d => d.Status).HasConversion<string>().HasMaxLength(16);
        delivery.Property(d => d.ResponseBody).HasMaxLength(2048);
        delivery.Property(d => d.Error).HasMaxLength(512);
        delivery.HasOne<Webhook>().WithMany().HasForeignKey(d => d.WebhookId).OnDelete(DeleteBehavior.Cascade);
        delivery.HasIndex(d => new { d.WebhookId, d.Status, d.Id });
        delivery.HasIndex(d => new { d.WebhookId, d.EventPlace });
        delivery.HasIndex(d => d.CreatedAt);
        delivery.HasIndex(d => d.MessageId).HasFilter("\"MessageId\" IS NOT NULL");
    }
}
