using System.Collections.Frozen;
using System.Text.Json;
using WaPlatform.Contracts.Messages;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Media;

namespace WaPlatform.Gateway.Messages;

/// <summary>Every kind of message that the engine sends, and the members of a request that go with it (gowa contract §4.5). Checks, bodies and the API's description are made of it.</summary>
internal static class SendKinds
{
    // WhatsApp's own limit for a text; nothing else needs more.
    private const int MaxText = 65_536;
    private const int MaxName = 256;
    private const int MaxLink = 2048;

    private static readonly SendField Forwarded = new FlagField("isForwarded", "is_forwarded", request => request.IsForwarded);
    private static readonly SendField Duration =
        new NumberField("duration", "duration", request => request.Duration, (_, seconds) => SendChecks.Duration(seconds));

    private static readonly SendField ReplyTo = new TextField("replyTo", "reply_message_id", request => request.ReplyTo, 128, SendChecks.Visible);
    private static readonly SendField Caption = new TextField("caption", "caption", request => request.Caption, MaxText);
    private static readonly SendField ViewOnce = new FlagField("viewOnce", "view_once", request => request.ViewOnce);
    private static readonly SendField Compress = new FlagField("compress", "compress", request => request.Compress);
    private static readonly SendField Hd = new FlagField("hd", "hd", request => request.Hd);
    private static readonly SendField MediaUrl = new TextField("mediaUrl", null, request => request.MediaUrl, MaxLink, MediaFetcher.Problem);
    private static readonly SendField FileName = new TextField("fileName", null, request => request.FileName, MaxName);

    public static readonly IReadOnlyList<SendKind> All =
    [
        new(MessageType.Text, null,
        [
            new TextField("message", "message", request => request.Message, MaxText) { Required = true },
            new ListField("mentions", "mentions", request => request.Mentions, 128, distinct: false, SendChecks.Mention, SendChecks.MentionForm),
            new FlagField("simulateTyping", null, request => request.SimulateTyping),
            ReplyTo, Duration, Forwarded,
        ]),
        new(MessageType.Image, MediaRule.Image, [MediaUrl, FileName, Caption, ViewOnce, Compress, Hd, ReplyTo, Duration, Forwarded]),
        new(MessageType.File, MediaRule.File, [MediaUrl, FileName, Caption, ReplyTo, Duration, Forwarded]),
        new(MessageType.Video, MediaRule.Video,
        [
            MediaUrl, FileName, Caption, ViewOnce, Compress, Hd, new FlagField("gifPlayback", "gif_playback", request => request.GifPlayback), ReplyTo, Duration, Forwarded,
        ]),
        new(MessageType.Audio, MediaRule.Audio, [MediaUrl, FileName, new FlagField("ptt", "ptt", request => request.Ptt), ReplyTo, Duration, Forwarded]),
        new(MessageType.Sticker, MediaRule.Sticker, [MediaUrl, FileName, Duration, Forwarded]),
        new(MessageType.Contact, null,
        [
            new TextField("contactName", "contact_name", request => request.ContactName, MaxName) { Required = true },
            new TextField("contactPhone", "contact_phone", request => request.ContactPhone, MaxName) { Required = true },
            Duration, Forwarded,
        ]),
        new(MessageType.Link, null,
        [
            new TextField("link", "link", request => request.Link, MaxLink, SendChecks.Link) { Required = true },
            new TextField("caption", "caption", request => request.Caption, MaxText) { Required = true },
            Duration, Forwarded,
        ]),
        new(MessageType.Location, null,
        [
            new TextField("latitude", "latitude", request => request.Latitude, 64, text => SendChecks.Degrees(text, 90), SendChecks.DegreesForm) { Required = true },
            new TextField("longitude", "longitude", request => request.Longitude, 64, text => SendChecks.Degrees(text, 180), SendChecks.DegreesForm) { Required = true },
            Duration, Forwarded,
        ]),
        new(MessageType.Poll, null,
        [
            new TextField("question", "question", request => request.Question, MaxText) { Required = true },
            new ListField("options", "options", request => request.Options, MaxName, distinct: true) { Required = true },
            new NumberField(
                "maxAnswer", "max_answer", request => request.MaxAnswer,
                (request, answers) => answers >= 1 && answers <= (request.Options?.Length ?? int.MaxValue) ? null : "Must be from 1 to the number of options.", fallback: 1),
            Duration, Forwarded,
        ]),
        new(MessageType.Presence, null,
        [
            new TextField("presence", "type", request => request.Presence, MaxName, text => SendChecks.OneOf(text, "available", "unavailable")) { Required = true },
            Forwarded,
        ]),
        new(MessageType.ChatPresence, null,
        [
            new TextField("action", "action", request => request.Action, MaxName, text => SendChecks.OneOf(text, "start", "stop")) { Required = true },
        ]),
    ];

    private static readonly FrozenDictionary<string, SendKind> ByName = All.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>For people.</summary>
    public static readonly string Names = string.Join(", ", All.Select(kind => kind.Name));

    /// <summary>Those that go with a file, for people.</summary>
    public static readonly string MediaNames = string.Join(", ", All.Where(kind => kind.Media is not null).Select(kind => kind.Name));

    public static readonly SendKind Text = ByName["text"];

    /// <returns>Null for a name that none has.</returns>
    public static SendKind? Find(string name) => ByName.GetValueOrDefault(name);

    public static SendKind Of(MessageType type) => All[(int)type];
}

/// <summary>One kind of message.</summary>
/// <param name="Media">What its file must be; null if it has none.</param>
/// <param name="Fields">In the order of the engine's body.</param>
internal sealed record SendKind(MessageType Type, MediaRule? Media, IReadOnlyList<SendField> Fields)
{
    // Made with the first request: by then the table is complete.
    private IReadOnlyList<(SendField Field, string Problem)>? _foreign;

    /// <summary>As in the request: <c>chatPresence</c>.</summary>
    public string Name { get; } = JsonNamingPolicy.CamelCase.ConvertName(Type.ToString());

    /// <summary>Whether it goes to somebody; a presence is shown to all.</summary>
    public bool HasRecipient => Type != MessageType.Presence;

    /// <summary>Everything that is wrong with the members, those included that would have no effect.</summary>
    public void Check(MessageRequest request, FieldErrors errors)
    {
        foreach (var field in Fields)
        {
            field.Check(request, errors);
        }

        foreach (var (field, problem) in _foreign ??= Foreign())
        {
            errors.Require(!field.IsGiven(request), field.Name, problem);
        }
    }

    /// <summary>The engine call's own fields, without <c>phone</c> and the file, which its caller adds.</summary>
    public void Write(MessageRequest request, Utf8JsonWriter body)
    {
        body.WriteStartObject();
        foreach (var field in Fields)
        {
            if (field.EngineName is not null && (field.IsGiven(request) || (field is NumberField number && number.IsWritten(request))))
            {
                field.Write(request, body);
            }
        }

        body.WriteEndObject();
    }

    private List<(SendField Field, string Problem)> Foreign()
    {
        var own = Fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        return [.. SendKinds.All.SelectMany(kind => kind.Fields).DistinctBy(field => field.Name).Where(field => !own.Contains(field.Name))
            .Select(field => (field, $"Does not go with {Name}; it goes with {Owners(field.Name)}."))];
    }

    private static string Owners(string name) => string.Join(", ", SendKinds.All.Where(kind => kind.Fields.Any(field => field.Name == name)).Select(kind => kind.Name));
}
