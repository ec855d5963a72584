using System.Text.Json.Nodes;
using WaPlatform.Contracts.Messages;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Tells whether a row of the engine's chat storage is a given message of ours. gowa keeps no more of it than a line of text and a media type.</summary>
internal static class SentContent
{
    /// <param name="body">The fields of the engine's call.</param>
    public static bool Matches(MessageType type, JsonObject body, EngineChat row) => type switch
    {
        MessageType.Text => row.Content == Text(body, "message"),
        MessageType.Image => row.MediaType == "image" && Has(row, Text(body, "caption")),
        MessageType.Video => row.MediaType == "video" && Has(row, Text(body, "caption")),
        MessageType.File => row.MediaType == "document" && Has(row, Text(body, "caption")),
        MessageType.Audio => row.MediaType is "audio" or "ptt",
        MessageType.Sticker => row.MediaType == "sticker",
        MessageType.Contact => Has(row, Text(body, "contact_name")),
        MessageType.Link => Has(row, Text(body, "caption")),
        MessageType.Location => Has(row, Text(body, "latitude")) && Has(row, Text(body, "longitude")),
        MessageType.Poll => Has(row, Text(body, "question")),
        _ => false,
    };

    private static string Text(JsonObject body, string name) => body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static bool Has(EngineChat row, string part) => row.Content.Contains(part, StringComparison.Ordinal);
}
