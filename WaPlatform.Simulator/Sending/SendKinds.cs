using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Sending;

/// <summary>The kinds of message gowa sends, with its fields, checks and sentences (gowa contract §4.5).</summary>
internal static class SendKinds
{
    private const string Sent = "Message sent to {0}";

    public static IReadOnlyList<SendKind> All { get; } =
    [
        new SendKind
        {
            Name = "message",
            Spec = Spec("MessageRequest").Text("message", "reply_message_id").Texts("mentions"),
            Validate = static body =>
            {
                new Rules().Required("phone", body.Text("phone")).Required("message", body.Text("message")).Throw();
                SendChecks.Phone(body);
                SendChecks.Duration(body);
            },
            Success = Sent,
            Body = static body => body.Text("message"),
        },
        Media("image", "Image", "🖼️ Image", Spec("ImageRequest").Text("image_url", "caption", "reply_message_id").Boolean("view_once", "compress", "hd"), Sent,
            static file => SendChecks.Type(file, SendChecks.Images, "your image is not allowed. please use jpg/jpeg/png")),
        Media("file", "File", "📄 Document", Spec("FileRequest").Text("file_url", "caption", "reply_message_id"), "Document sent to {0}",
            static file => SendChecks.Size(file, 50_000_000, "file", "50 MB")) with { MediaType = "document" },
        Media("video", "Video", "🎥 Video", Spec("VideoRequest").Text("video_url", "caption", "reply_message_id").Boolean("view_once", "compress", "hd", "gif_playback"), "Video sent to {0}",
            static file =>
            {
                SendChecks.Type(file, SendChecks.Videos, "your video type is not allowed. please use mp4/mkv/avi/x-msvideo");
                SendChecks.Size(file, 100_000_000, "video", "100 MB");
            }),
        Media("sticker", "Sticker", "🎨 Sticker", Spec("StickerRequest").Text("sticker_url"), "Sticker sent to {0}",
            static file => SendChecks.Type(file, SendChecks.Stickers, "your sticker is not allowed. please use jpg/jpeg/png/webp/gif")),
        Media("audio", "Audio", "🎵 Audio", Spec("AudioRequest").Text("audio_url", "reply_message_id").Boolean("ptt"), "Send audio success {0}",
            static file => SendChecks.Type(file, SendChecks.Audios, "your audio type is not allowed. please use (" + string.Join(',', SendChecks.Audios) + ",)")),
        new SendKind
        {
            Name = "contact",
            Spec = Spec("ContactRequest").Text("contact_name", "contact_phone"),
            Validate = static body => Checked(new Rules()
                .Required("phone", body.Text("phone"))
                .Required("contact_name", body.Text("contact_name"))
                .Required("contact_phone", body.Text("contact_phone")), body),
            Success = "Contact sent to {0}",
            Body = static body => body.Text("contact_name"),
            Content = static body => "👤 " + body.Text("contact_name"),
        },
        new SendKind
        {
            Name = "link",
            Spec = Spec("LinkRequest").Text("link", "caption"),
            Validate = static body => Checked(new Rules()
                .Required("phone", body.Text("phone"))
                .Required("link", body.Text("link"))
                .Url("link", body.Text("link"))
                .Required("caption", body.Text("caption")), body),
            Success = "Link sent to {0}",
            Body = static body => body.Text("caption") + "\n" + body.Text("link"),
            Content = static body => "🔗 " + body.Text("caption"),
        },
        new SendKind
        {
            Name = "location",
            Spec = Spec("LocationRequest").Text("latitude", "longitude"),
            Validate = static body => Checked(new Rules()
                .Required("phone", body.Text("phone"))
                .Required("latitude", body.Text("latitude"))
                .Check("latitude", SendChecks.IsWithin(body.Text("latitude"), 90), "must be a valid latitude")
                .Required("longitude", body.Text("longitude"))
                .Check("longitude", SendChecks.IsWithin(body.Text("longitude"), 180), "must be a valid longitude"), body),
            Success = "Send location success {0}",
            Body = static body => body.Text("latitude") + "," + body.Text("longitude"),
            Content = static body => "📍 " + body.Text("latitude") + ", " + body.Text("longitude"),
        },
        new SendKind
        {
            Name = "poll",
            Spec = Spec("PollRequest").Text("question").Texts("options").Integer("max_answer"),
            Validate = SendChecks.Poll,
            Success = "Send poll success {0}",
            Body = static body => body.Text("question"),
            Content = static body => "📊 " + body.Text("question"),
        },
    ];

    private static BodySpec Spec(string name) =>
        new BodySpec("send." + name).Text("BaseRequest.phone").Integer("BaseRequest.duration").Boolean("BaseRequest.is_forwarded");

    private static void Checked(Rules rules, BoundBody body)
    {
        rules.Throw();
        SendChecks.Phone(body);
        SendChecks.Duration(body);
    }

    // The label is a mark and a word; a caption stands in for the word.
    private static SendKind Media(string name, string goName, string label, BodySpec spec, string success, Action<UploadedFile> check) => new()
    {
        Name = name,
        Spec = spec,
        Validate = body => SendChecks.Media(body, name, goName, check),
        Success = success,
        Body = static body => body.Text("caption"),
        Content = body => body.Text("caption") is { Length: > 0 } caption ? label[..(label.IndexOf(' ', StringComparison.Ordinal) + 1)] + caption : label,
        MediaType = name,
    };
}
