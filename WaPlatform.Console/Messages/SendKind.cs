using System.Collections.Immutable;

namespace WaPlatform.Console.Messages;

/// <summary>How one member of a send is asked for.</summary>
public enum FieldInput
{
    Text,
    LongText,
    Flag,
    Choice,

    /// <summary>One item in each line.</summary>
    Lines,
}

/// <param name="Name">Of the member, as the API has it; also of its label.</param>
public sealed record SendField(string Name, FieldInput Input = FieldInput.Text, bool Required = false, ImmutableArray<string> Choices = default, string? Default = null);

/// <summary>A kind of message and what it is made of (docs/api.md, Messages).</summary>
/// <param name="TakesFile">By upload or by URL.</param>
/// <param name="HasRecipient">A presence is shown to all.</param>
public sealed record SendKind(string Name, ImmutableArray<SendField> Fields, bool TakesFile = false, bool HasRecipient = true, string? Accept = null)
{
    private static readonly SendField Caption = new("caption");
    private static readonly SendField ViewOnce = new("viewOnce", FieldInput.Flag);

    public static readonly ImmutableArray<SendKind> All =
    [
        new("text", [new("message", FieldInput.LongText, Required: true, Default: "Hello from WaPlatform")]),
        new("image", [Caption, ViewOnce, new("hd", FieldInput.Flag)], TakesFile: true, Accept: "image/jpeg,image/png"),
        new("file", [Caption], TakesFile: true),
        new("video", [Caption, ViewOnce, new("gifPlayback", FieldInput.Flag)], TakesFile: true, Accept: "video/*"),
        new("audio", [new("ptt", FieldInput.Flag)], TakesFile: true, Accept: "audio/*"),
        new("sticker", [], TakesFile: true, Accept: "image/*"),
        new("contact", [new("contactName", Required: true), new("contactPhone", Required: true)]),
        new("link", [new("link", Required: true, Default: "https://example.com"), new("caption", Required: true)]),
        new("location", [new("latitude", Required: true, Default: "-23.5505"), new("longitude", Required: true, Default: "-46.6333")]),
        new("poll", [new("question", Required: true), new("options", FieldInput.Lines, Required: true)]),
        new("presence", [new("presence", FieldInput.Choice, Required: true, ["available", "unavailable"], "available")], HasRecipient: false),
        new("chatPresence", [new("action", FieldInput.Choice, Required: true, ["start", "stop"], "start")]),
    ];
}
