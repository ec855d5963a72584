namespace WaPlatform.Contracts.Messages;

/// <summary>A message as the API, the hub and webhooks show it (api.md §4).</summary>
/// <param name="ScheduledAt">When it is due, if it was asked to be sent later than at once.</param>
/// <param name="ExpiresAt">Not sent any more from then on.</param>
[GenerateSerializer, Immutable]
public sealed record MessageView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string From,
    [property: Id(2)] string To,
    [property: Id(3)] MessageType Type,
    [property: Id(4)] MessageStatus Status,
    [property: Id(5)] string? WhatsappMessageId,
    [property: Id(6)] string? Tag,
    [property: Id(7)] int Priority,
    [property: Id(8)] Guid? BatchId,
    [property: Id(9)] DateTimeOffset CreatedAt,
    [property: Id(10)] DateTimeOffset? ScheduledAt,
    [property: Id(11)] DateTimeOffset? ExpiresAt,
    [property: Id(12)] DateTimeOffset? SentAt,
    [property: Id(13)] DateTimeOffset? DeliveredAt,
    [property: Id(14)] DateTimeOffset? ReadAt,
    [property: Id(15)] DateTimeOffset? FailedAt,
    [property: Id(16)] int Attempts,
    [property: Id(17)] MessageError? Error,
    [property: Id(18)] bool Idempotent);

/// <summary>Why a message is not sent (yet). <paramref name="Code"/> is the engine's or one of ours.</summary>
[GenerateSerializer, Immutable]
public sealed record MessageError([property: Id(0)] string Code, [property: Id(1)] string Detail);
