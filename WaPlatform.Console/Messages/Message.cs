namespace WaPlatform.Console.Messages;

/// <summary>A message as the API shows it: where it is, not what it says.</summary>
public sealed record Message(
    string Id, string From, string To, string Type, string Status, string? WhatsappMessageId, string? Tag, int Priority, string? BatchId, DateTimeOffset CreatedAt,
    DateTimeOffset? ScheduledAt, DateTimeOffset? ExpiresAt, DateTimeOffset? SentAt, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt, DateTimeOffset? FailedAt,
    int Attempts, MessageError? Error, bool Idempotent)
{
    public bool CanCancel => Status is "queued" or "scheduled";

    public bool CanRetry => Status is "failed" or "uncertain";
}

public sealed record MessageError(string Code, string Detail);

public sealed record MessageTimeline(string Id, string Status, IReadOnlyList<MessageStep> Steps);

public sealed record MessageStep(DateTimeOffset At, string Hop, int? Attempt, string? Code, string? Detail);
