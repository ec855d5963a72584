using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Messages;

/// <summary>A message that was found valid and is not stored yet.</summary>
/// <param name="Body">JSON of the engine call's fields.</param>
internal sealed record MessageDraft(
    PhoneNumber From, Recipient To, MessageType Type, string Body, int Priority, string? Tag, string? IdempotencyKey, string? RequestHash)
{
    private const int DefaultPriority = 5;
    private const int LowestPriority = 9;
    private const int MaxTag = 128;
    private const int MaxKey = 128;

    // WhatsApp's own limit.
    private const int MaxText = 65_536;

    // What people write stays readable in the database and in the engine's request.
    private static readonly JsonSerializerOptions BodyJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>Null if there is something in <paramref name="errors"/>.</returns>
    public static MessageDraft? Read(SendRequest request, string? idempotencyKey, FieldErrors errors)
    {
        errors.Require(PhoneNumber.TryParse(request.From, out var from), "from", "Must be the phone number of a registered device.");
        errors.Require(
            Recipient.TryParse(request.To, out var to), "to",
            "Must be a phone number in international form, or a JID ending in @s.whatsapp.net, @g.us, @lid or @newsletter.");
        ReadType(request.Type, errors);
        errors.Require(!string.IsNullOrWhiteSpace(request.Message), "message", "Is missing or empty.");
        errors.Require(request.Message is null || request.Message.Length <= MaxText, "message", $"Must have at most {MaxText} characters.");

        // The database refuses NUL, and no message needs it.
        errors.Require(request.Message is null || !request.Message.Contains('\0', StringComparison.Ordinal), "message", "Must not contain the character NUL.");
        errors.Require(request.Priority is null or (>= 0 and <= LowestPriority), "priority", $"Must be from 0 to {LowestPriority}.");
        errors.Require(request.Tag is null || (request.Tag.Length <= MaxTag && !request.Tag.Any(char.IsControl)), "tag", $"Must have at most {MaxTag} characters, none of them a control character.");
        errors.Require(IsKey(idempotencyKey), "Idempotency-Key", $"Must have from 1 to {MaxKey} visible ASCII characters.");

        // Ignoring these would send at the wrong time or to the wrong effect.
        errors.Require(IsAbsent(request.SendAt), "sendAt", "Is not supported yet.");
        errors.Require(IsAbsent(request.TtlSeconds), "ttlSeconds", "Is not supported yet.");
        errors.Require(IsAbsent(request.ReplyTo), "replyTo", "Is not supported yet.");
        if (errors.Any)
        {
            return null;
        }

        var body = JsonSerializer.Serialize(new Dictionary<string, string> { ["message"] = request.Message! }, BodyJson);
        var draft = new MessageDraft(from, to, MessageType.Text, body, request.Priority ?? DefaultPriority, request.Tag, idempotencyKey, null);
        return idempotencyKey is null ? draft : draft with { RequestHash = draft.Hash() };
    }

    public Message ToMessage(Guid id, DateTimeOffset now) => new()
    {
        Id = id,
        PhoneNumber = From.Digits,
        To = To.Jid,
        Type = Type,
        Body = Body,
        Status = MessageStatus.Queued,
        Priority = Priority,
        DueAt = now,
        Tag = Tag,
        IdempotencyKey = IdempotencyKey,
        RequestHash = RequestHash,
        CreatedAt = now,
    };

    private static void ReadType(string? type, FieldErrors errors)
    {
        if (type is null or "text")
        {
            return;
        }

        var known = Enum.GetValues<MessageType>().Select(value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
        errors.Add("type", known.Contains(type, StringComparer.Ordinal) ? "Is not supported yet; only text is." : "Is not a type of message.");
    }

    private static bool IsKey(string? key) => key is null || (key.Length is >= 1 and <= MaxKey && !key.AsSpan().ContainsAnyExceptInRange('!', '~'));

    private static bool IsAbsent(JsonElement? value) => value is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined };

    // Of what is sent, not of how it was written: +55… and 55…@c.us are one recipient.
    private string Hash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new object?[] { To.Jid, Type.ToString(), Body, Priority, Tag })));
}
