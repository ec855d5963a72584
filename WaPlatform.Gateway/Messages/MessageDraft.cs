using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Media;

namespace WaPlatform.Gateway.Messages;

/// <summary>A message that was found valid and is not stored yet.</summary>
/// <param name="Body">JSON of the engine call's fields.</param>
internal sealed record MessageDraft(
    PhoneNumber From, Recipient To, MessageType Type, string Body, int Priority, string? Tag, string? IdempotencyKey, string? RequestHash)
{
    private const int DefaultPriority = 5;
    private const int LowestPriority = 9;
    private const int MaxTag = 128;
    private const int MaxTtl = 31_536_000;

    private static readonly TimeSpan FarthestSendAt = TimeSpan.FromDays(365);

    // What people write stays readable in the database and in the engine's request.
    private static readonly JsonWriterOptions BodyJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where its file is still to be fetched; then <see cref="Media"/> is null.</summary>
    public Uri? MediaUrl { get; init; }

    /// <summary>How the caller wants the file to be called.</summary>
    public string? FileName { get; init; }

    /// <summary>Its file, on disk.</summary>
    public MediaFile? Media { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public TimeSpan? Ttl { get; init; }

    public bool? SimulateTyping { get; init; }

    public Guid? BatchId { get; init; }

    /// <summary>The trace that it is accepted in.</summary>
    public string? TraceParent { get; init; } = MessageTrace.Current;

    /// <param name="upload">The file that came with the request; it stays the caller's to remove if there is no draft.</param>
    /// <returns>Null if there is something in <paramref name="errors"/>.</returns>
    public static MessageDraft? Read(MessageRequest request, string? sender, string? idempotencyKey, Upload? upload, DateTimeOffset now, FieldErrors errors)
    {
        errors.Require(PhoneNumber.TryParse(sender, out var from), "from", "Must be the phone number of a registered device.");
        var kind = ReadKind(request, upload, errors);
        var to = ReadRecipient(request.To, kind, from, errors);
        kind?.Check(request, errors);
        var file = kind is null ? null : ReadMedia(request, kind, upload, errors);
        errors.Require(request.Priority is null or (>= 0 and <= LowestPriority), "priority", $"Must be from 0 to {LowestPriority}.");
        errors.Require(request.Tag is null || (request.Tag.Length <= MaxTag && !request.Tag.Any(char.IsControl)), "tag", $"Must have at most {MaxTag} characters, none of them a control character.");
        errors.Require(SendChecks.IsKey(idempotencyKey), "Idempotency-Key", SendChecks.KeyRule);
        var sendAt = ReadSendAt(request.SendAt, now, errors);
        errors.Require(request.TtlSeconds is null or (>= 1 and <= MaxTtl), "ttlSeconds", $"Must be from 1 to {MaxTtl}.");
        if (errors.Any)
        {
            return null;
        }

        var draft = new MessageDraft(from, to, kind!.Type, WriteBody(kind, request), request.Priority ?? DefaultPriority, request.Tag, idempotencyKey, null)
        {
            MediaUrl = kind.Media is null || string.IsNullOrEmpty(request.MediaUrl) ? null : new Uri(request.MediaUrl),
            FileName = FileNames.Clean(request.FileName),
            Media = file,
            SendAt = sendAt,
            Ttl = request.TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            SimulateTyping = request.SimulateTyping,
        };
        return idempotencyKey is null ? draft : draft with { RequestHash = draft.Hash(upload?.Sha256) };
    }

    /// <summary>What is wrong with using this draft's key again, if <paramref name="first"/> was the key's first message; null if the two are the same.</summary>
    public PlatformException? ConflictWith(Message first) => first.RequestHash == RequestHash
        ? null
        : new PlatformException(ErrorCode.IdempotencyConflict, $"The key belongs to message {first.Id}, which was not the same.");

    public Message ToMessage(Guid id, DateTimeOffset now)
    {
        // Past is now: the time to live then starts with the acceptance, or it could be over before it began.
        var later = SendAt > now ? SendAt : null;
        return new Message
        {
            Id = id,
            PhoneNumber = From.Digits,
            To = To.Jid,
            Type = Type,
            Body = Body,
            Media = Media,
            Status = later is null ? MessageStatus.Queued : MessageStatus.Scheduled,
            Priority = Priority,
            DueAt = later ?? now,
            ScheduledAt = later,
            ExpiresAt = (later ?? now) + Ttl,
            SimulateTyping = SimulateTyping,
            BatchId = BatchId,
            Tag = Tag,
            IdempotencyKey = IdempotencyKey,
            RequestHash = RequestHash,
            TraceParent = TraceParent,
            CreatedAt = now,
        };
    }

    private static SendKind? ReadKind(MessageRequest request, Upload? upload, FieldErrors errors)
    {
        if (request.Type is null)
        {
            // A file could be sent as several kinds; which one is not to be guessed.
            var hasFile = upload is not null || !string.IsNullOrEmpty(request.MediaUrl);
            errors.Require(!hasFile, "type", $"Is needed with a file: one of {SendKinds.MediaNames}.");
            return hasFile ? null : SendKinds.Text;
        }

        var kind = SendKinds.Find(request.Type);
        errors.Require(kind is not null, "type", $"Must be one of {SendKinds.Names}.");
        return kind;
    }

    private static Recipient ReadRecipient(string? text, SendKind? kind, PhoneNumber from, FieldErrors errors)
    {
        // A presence is shown to all, and kept under the device's own name.
        var toSelf = kind is { HasRecipient: false };
        errors.Require(
            Recipient.TryParse(toSelf ? from.Digits : text, out var to) || toSelf, "to", "Must be a phone number in international form, or a JID ending in @s.whatsapp.net, @g.us, @lid or @newsletter.");
        return to;
    }

    private static MediaFile? ReadMedia(MessageRequest request, SendKind kind, Upload? upload, FieldErrors errors)
    {
        if (kind.Media is not { } rule)
        {
            errors.Require(upload is null, Upload.Part, $"Does not go with {kind.Name}; it goes with {SendKinds.MediaNames}.");
            return null;
        }

        var hasUrl = !string.IsNullOrEmpty(request.MediaUrl);
        errors.Require(upload is not null || hasUrl, "mediaUrl", "Is missing; or send the file as the part media of a multipart form.");
        errors.Require(upload is null || !hasUrl, "mediaUrl", "Must not be given together with a file.");
        if (upload is null)
        {
            return null;
        }

        var name = FileNames.Clean(request.FileName) ?? upload.Name;
        var takes = rule.Takes(upload.ContentType, name ?? "", out var contentType);
        errors.Require(takes, Upload.Part, $"Is {contentType}; must be one of {rule.TypesText}.");
        errors.Require(upload.Size > 0, Upload.Part, "Is empty.");
        return new MediaFile(upload.Key, name ?? kind.Name, contentType, upload.Size);
    }

    private static DateTimeOffset? ReadSendAt(string? text, DateTimeOffset now, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!Rfc3339.TryParse(text, out var at))
        {
            errors.Add("sendAt", "Must be a time with date and offset (RFC 3339), for example 2030-12-31T23:59:00Z.");
            return null;
        }

        errors.Require(at - now <= FarthestSendAt, "sendAt", "Must be at most a year ahead.");
        return at;
    }

    private static string WriteBody(SendKind kind, MessageRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var body = new Utf8JsonWriter(buffer, BodyJson))
        {
            kind.Write(request, body);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // Of what is sent, not of how it was written: +55… and 55…@c.us are one recipient. A file by URL is its URL: the key is looked up before it is fetched.
    private string Hash(string? uploadHash) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new object?[] { To.Jid, Type.ToString(), Body, Priority, Tag, SendAt, Ttl, SimulateTyping, MediaUrl?.OriginalString, FileName, uploadHash, Media?.Name, Media?.ContentType })));
}
