using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WaPlatform.Contracts.Webhooks;

namespace WaPlatform.Data.Webhooks;

/// <summary>
/// A subscription: where to post which events, and how far that has come. What people set is the gateway's to write, the rest its grain's; only a change of what is
/// set also ends what is known of failures.
/// </summary>
public sealed class Webhook
{
    public Guid Id { get; init; }

    public required string Url { get; set; }

    /// <summary>Patterns of event types: <c>*</c>, <c>message.*</c>, <c>device.qr</c>.</summary>
    public required List<string> Events { get; set; }

    /// <summary>Only events of these devices; null = of all, and those without a device.</summary>
    public List<string>? Devices { get; set; }

    /// <summary>Protected (Data Protection): JSON object of further request headers; null = none.</summary>
    public string? Headers { get; set; }

    /// <summary>Protected: the signing secret, <c>whsec_…</c>.</summary>
    public required string Secret { get; set; }

    /// <summary>Protected: the secret before, which signs too until <see cref="PreviousSecretUntil"/>.</summary>
    public string? PreviousSecret { get; set; }

    public DateTimeOffset? PreviousSecretUntil { get; set; }

    public bool Active { get; set; }

    /// <summary>Why it is not active, if nobody switched it off.</summary>
    public WebhookDisabledReason? DisabledReason { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Grows with each change of what people set: the grain reads the row again.</summary>
    public long Revision { get; set; }

    /// <summary>Place in the journal up to which everything was delivered, given up or not wanted.</summary>
    public long Cursor { get; set; }

    /// <summary>A replay that is under way: events after this place …</summary>
    public long? ReplayCursor { get; set; }

    /// <summary>… up to this one are delivered again.</summary>
    public long? ReplayUntil { get; set; }

    /// <summary>Since when no delivery succeeds; null while they do.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    public int ConsecutiveFailures { get; set; }

    public DateTimeOffset? NextAttemptAt { get; set; }

    public DateTimeOffset? LastSuccessAt { get; set; }

    /// <summary>When events were last found to have been removed from the journal before they could be delivered.</summary>
    public DateTimeOffset? MissedAt { get; set; }

    /// <summary>Takes a new (protected) secret; the one before signs too for a time.</summary>
    public void Rotate(string secret, DateTimeOffset now, TimeSpan overlap) => (PreviousSecret, PreviousSecretUntil, Secret) = (Secret, now + overlap, secret);

    /// <summary>People changed something: its deliverer reads it again, and what failed before is no reason to wait any more.</summary>
    public void Change(DateTimeOffset now)
    {
        // Two changes at once must not have the same.
        Revision = Math.Max(Revision + 1, now.Ticks);
        UpdatedAt = now;
        DisabledReason = Active ? null : DisabledReason;
        (FailingSince, ConsecutiveFailures, NextAttemptAt) = (null, 0, null);
    }
}

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> webhook)
    {
        webhook.ToTable("webhooks");
        webhook.Property(w => w.Id).ValueGeneratedNever();
        webhook.Property(w => w.Url).HasMaxLength(2048);
        webhook.Property(w => w.DisabledReason).HasConversion<string>().HasMaxLength(16);
    }
}
