using WaPlatform.Contracts.Messages;

namespace WaPlatform.Data.Messages;

/// <summary>One outbound send, from acceptance on. The row is the truth about it.</summary>
public sealed class Message
{
    /// <summary>A version 7 UUID: its order is the order of acceptance.</summary>
    public required Guid Id { get; init; }

    public required string PhoneNumber { get; init; }

    /// <summary>Canonical JID of the recipient.</summary>
    public required string To { get; init; }

    public MessageType Type { get; init; }

    /// <summary>The engine call's fields as JSON (for text: <c>{"message":"…"}</c>).</summary>
    public required string Body { get; init; }

    /// <summary>The uploaded or fetched file that goes with it; null if there is none, or none any more.</summary>
    public MediaFile? Media { get; set; }

    public MessageStatus Status { get; set; }

    /// <summary>0 goes first, 9 last.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>Not to be sent earlier; moves on with each retry.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>When the caller wanted it sent; null for at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Not to be sent any more from then on.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Show "typing…" before it; null = as the device does.</summary>
    public bool? SimulateTyping { get; init; }

    /// <summary>The bulk request that it came with.</summary>
    public Guid? BatchId { get; init; }

    public string? Tag { get; init; }

    /// <summary>Unique for its device; a repeated key with the same <see cref="RequestHash"/> is the same message.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 (hex) of what was asked; only for messages with a key.</summary>
    public string? RequestHash { get; init; }

    public string? WhatsappMessageId { get; set; }

    /// <summary>How often the engine was called for it.</summary>
    public int Attempts { get; set; }

    /// <summary>Attempts that failed since it was accepted, or since it was put into the queue again by hand.</summary>
    public int Failures { get; set; }

    /// <summary>What happened to it after its acceptance: one <see cref="MessageStep"/> in JSON a line.</summary>
    public string Timeline { get; set; } = "";

    public string? ErrorCode { get; set; }

    public string? ErrorDetail { get; set; }

    /// <summary>W3C <c>traceparent</c> of the request that it came with; null if there was none.</summary>
    public string? TraceParent { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the engine was last called for it; set together with <see cref="MessageStatus.Sending"/>.</summary>
    public DateTimeOffset? SendingAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    public DateTimeOffset? ReadAt { get; set; }

    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>A copy that another context may change.</summary>
    public Message Copy() => (Message)MemberwiseClone();

    /// <summary>Notes a hop in <see cref="Timeline"/>.</summary>
    public void Note(MessageHop hop, DateTimeOffset at, string? code = null, string? detail = null) =>
        Timeline += Messages.Timeline.Line(new MessageStep(at, hop, Attempts > 0 ? Attempts : null, code, detail));

    /// <summary>The public form. <paramref name="idempotent"/>: the caller's key had been used before.</summary>
    public MessageView ToView(bool idempotent = false) => new(
        Id, PhoneNumber, To, Type, Status, WhatsappMessageId, Tag, Priority, BatchId, CreatedAt, ScheduledAt, ExpiresAt, SentAt, DeliveredAt, ReadAt, FailedAt, Attempts,
        ErrorCode is null ? null : new MessageError(ErrorCode, ErrorDetail ?? ""), idempotent);
}
