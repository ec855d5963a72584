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

    public MessageStatus Status { get; set; }

    /// <summary>0 goes first, 9 last.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>Not to be sent earlier; moves on with each retry.</summary>
    public DateTimeOffset DueAt { get; set; }

    public string? Tag { get; init; }

    /// <summary>Unique for its device; a repeated key with the same <see cref="RequestHash"/> is the same message.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 (hex) of what was asked; only for messages with a key.</summary>
    public string? RequestHash { get; init; }

    public string? WhatsappMessageId { get; set; }

    public int Attempts { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorDetail { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the engine was last called for it; set together with <see cref="MessageStatus.Sending"/>.</summary>
    public DateTimeOffset? SendingAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    public DateTimeOffset? ReadAt { get; set; }

    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>The public form. <paramref name="idempotent"/>: the caller's key had been used before.</summary>
    public MessageView ToView(bool idempotent = false) => new(
        Id, PhoneNumber, To, Type, Status, WhatsappMessageId, Tag, Priority, CreatedAt, SentAt, DeliveredAt, ReadAt, FailedAt, Attempts,
        ErrorCode is null ? null : new MessageError(ErrorCode, ErrorDetail ?? ""), idempotent);
}
