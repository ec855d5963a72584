using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Webhooks;

/// <summary>What became of one event at one webhook (api.md §6).</summary>
/// <param name="Event">Id of the event, of a test one of its own; <c>webhook-id</c> of the request.</param>
/// <param name="ResponseBody">At most its first 2 KB.</param>
/// <param name="Error">Why the last attempt failed, if not by its answer's status.</param>
[GenerateSerializer, Immutable]
public sealed record DeliveryView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Event,
    [property: Id(2)] string Type,
    [property: Id(3)] string? PhoneNumber,
    [property: Id(4)] DeliveryKind Kind,
    [property: Id(5)] DeliveryStatus Status,
    [property: Id(6)] int Attempts,
    [property: Id(7)] int? ResponseStatus,
    [property: Id(8)] string? ResponseBody,
    [property: Id(9)] string? Error,
    [property: Id(10)] int? DurationMs,
    [property: Id(11)] DateTimeOffset CreatedAt,
    [property: Id(12)] DateTimeOffset? LastAttemptAt,
    [property: Id(13)] DateTimeOffset? NextAttemptAt);

/// <summary>Why something was sent.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DeliveryKind>))]
public enum DeliveryKind
{
    Event,
    Replay,
    Test,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<DeliveryStatus>))]
public enum DeliveryStatus
{
    /// <summary>Failed so far; it is tried again.</summary>
    Pending,
    Delivered,

    /// <summary>Given up: refused for good, or its time was over. Can be delivered again by hand.</summary>
    Dead,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<WebhookDisabledReason>))]
public enum WebhookDisabledReason
{
    /// <summary>No delivery succeeded for days.</summary>
    Failing,

    /// <summary>The receiver answered 410: it wants no more.</summary>
    Gone,
}

/// <summary>A replay that was begun.</summary>
/// <param name="Events">How many events of the range are to be looked at; those that the webhook's filters want are delivered.</param>
[GenerateSerializer, Immutable]
public sealed record ReplayView([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset To, [property: Id(2)] int Events);
