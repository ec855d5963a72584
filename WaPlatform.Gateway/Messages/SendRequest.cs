using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WaPlatform.Gateway.Messages;

/// <summary>What to send, and whom to. Which members go with which type is in <see cref="SendKinds"/>.</summary>
internal record MessageRequest
{
    /// <summary>Whom to: a number, or a JID of a person, group or channel. Only a presence has no recipient.</summary>
    public string? To { get; init; }

    /// <summary>What is sent: text image file video audio sticker contact link location poll presence chatPresence. Default: text.</summary>
    public string? Type { get; init; }

    /// <summary>The text.</summary>
    public string? Message { get; init; }

    /// <summary>Numbers or JIDs to mention, or @everyone.</summary>
    public string[]? Mentions { get; init; }

    /// <summary>Text below a picture, film, file or link.</summary>
    public string? Caption { get; init; }

    /// <summary>Where to fetch the file: a public http or https URL. The other way is the part media of a form.</summary>
    public string? MediaUrl { get; init; }

    /// <summary>Name of the file for the recipient. Default: the upload's or the URL's.</summary>
    public string? FileName { get; init; }

    /// <summary>Can be looked at once.</summary>
    public bool? ViewOnce { get; init; }

    /// <summary>Let the engine make it smaller. The engine's default: true.</summary>
    public bool? Compress { get; init; }

    /// <summary>High definition.</summary>
    public bool? Hd { get; init; }

    /// <summary>Plays like an animated picture, without sound.</summary>
    public bool? GifPlayback { get; init; }

    /// <summary>A voice message.</summary>
    public bool? Ptt { get; init; }

    public string? ContactName { get; init; }

    public string? ContactPhone { get; init; }

    /// <summary>An http or https URL.</summary>
    public string? Link { get; init; }

    /// <summary>Degrees, from -90 to 90; a number, or a text with one.</summary>
    [JsonConverter(typeof(NumberOrText))]
    public string? Latitude { get; init; }

    /// <summary>Degrees, from -180 to 180; a number, or a text with one.</summary>
    [JsonConverter(typeof(NumberOrText))]
    public string? Longitude { get; init; }

    public string? Question { get; init; }

    /// <summary>What can be chosen, all different.</summary>
    public string[]? Options { get; init; }

    /// <summary>How many of the options somebody may choose. Default: 1.</summary>
    public int? MaxAnswer { get; init; }

    /// <summary>available or unavailable.</summary>
    public string? Presence { get; init; }

    /// <summary>start or stop: shows or ends "typing…".</summary>
    public string? Action { get; init; }

    /// <summary>Seconds after which it disappears: 0 (never), 86400, 604800 or 7776000.</summary>
    public int? Duration { get; init; }

    /// <summary>Is shown as forwarded.</summary>
    public bool? IsForwarded { get; init; }

    /// <summary>WhatsApp id of the message that this one answers.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Show "typing…" before it. Default: as the device does.</summary>
    public bool? SimulateTyping { get; init; }

    /// <summary>Refuse (409) instead of queueing when the device is not connected. Default: false.</summary>
    public bool? RequireConnected { get; init; }

    /// <summary>0 goes first, 9 last. Default: 5.</summary>
    public int? Priority { get; init; }

    /// <summary>Comes back with the message and in its events; at most 128 characters.</summary>
    public string? Tag { get; init; }

    /// <summary>When to send it (RFC 3339, at most a year ahead). Default, and if it is past: at once.</summary>
    public string? SendAt { get; init; }

    /// <summary>Not sent any more so many seconds (1 to 31536000) after sendAt, or after it was accepted.</summary>
    public int? TtlSeconds { get; init; }
}

/// <summary>One message to send.</summary>
internal sealed record SendRequest : MessageRequest
{
    /// <summary>The device that sends.</summary>
    [Required]
    public string? From { get; init; }

    /// <summary>Wait up to 30 s for the outcome. Default: true.</summary>
    public bool? Wait { get; init; }
}

/// <summary>Reads what the engine takes as text although it is a number.</summary>
internal sealed class NumberOrText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
            default:
                throw new JsonException();
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
