namespace WaPlatform.Contracts.Messages;

/// <summary>A message as the API, the hub and webhooks show it (api.md §4).</summary>
public sealed record MessageView(
    Guid Id,
    string From,
    string To,
    MessageType Type,
    MessageStatus Status,
    string? WhatsappMessageId,
    string? Tag,
    int Priority,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? DeliveredAt,
    DateTimeOffset? ReadAt,
    DateTimeOffset? FailedAt,
    int Attempts,
    MessageError? Error,
    bool Idempotent);

/// <summary>Why a message is not sent (yet). <paramref name="Code"/> is the engine's or one of ours.</summary>
public sealed record MessageError(string Code, string Detail);
