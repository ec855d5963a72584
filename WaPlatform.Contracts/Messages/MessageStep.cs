using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Messages;

/// <summary>One hop of a message on its way, as its timeline shows it.</summary>
/// <param name="Attempt">The attempt that it belongs to, from 1.</param>
/// <param name="Code">The engine's code or ours, where something went wrong.</param>
public sealed record MessageStep(
    DateTimeOffset At,
    MessageHop Hop,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Attempt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null);

/// <summary>What happened to a message.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MessageHop>))]
public enum MessageHop
{
    /// <summary>Stored, before the request was answered.</summary>
    Accepted,

    /// <summary>To wait for its time.</summary>
    Scheduled,

    /// <summary>In the device's queue.</summary>
    Queued,

    /// <summary>The engine is called.</summary>
    Attempt,

    /// <summary>The engine answered that it did not send it.</summary>
    EngineAnswer,

    /// <summary>The engine did not say whether it sent it.</summary>
    InDoubt,

    /// <summary>Held back until WhatsApp lets the number write to strangers again.</summary>
    Parked,

    Sent,
    Delivered,
    Read,
    Failed,
    Uncertain,
    Expired,
    Canceled,

    /// <summary>Put into the queue again by hand.</summary>
    Retried,

    /// <summary>An event of it was posted to a webhook: the last attempt, its number, and what came of it.</summary>
    Webhook,
}
