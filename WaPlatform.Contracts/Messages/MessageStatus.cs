using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Messages;

/// <summary>Where an outbound message is. The order is the order of progress; a status never goes backwards.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MessageStatus>))]
public enum MessageStatus
{
    Queued,
    Scheduled,
    Sending,
    Uncertain,
    Sent,
    Delivered,
    Read,
    Failed,
    Canceled,
    Expired,
}

/// <summary>What an outbound message is (api.md §4).</summary>
[JsonConverter(typeof(MessageTypeConverter))]
public enum MessageType
{
    Text,
    Image,
    File,
    Video,
    Audio,
    Sticker,
    Contact,
    Link,
    Location,
    Poll,
    Presence,
    ChatPresence,
}

/// <summary>Message types are camelCase on the wire (<c>chatPresence</c>), unlike states.</summary>
public sealed class MessageTypeConverter() : JsonStringEnumConverter<MessageType>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);
