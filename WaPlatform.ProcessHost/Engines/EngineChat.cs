using System.Text.Json;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>One message of a chat as the engine's chat storage has it (gowa contract §4.6).</summary>
internal sealed record EngineChat(string Id, string Content, string MediaType)
{
    /// <summary>The messages of an answer, newest first; null if it holds none of the form.</summary>
    public static IReadOnlyList<EngineChat>? Rows(EngineAnswer answer)
    {
        if (!answer.IsSuccess || answer.Results.ValueKind != JsonValueKind.Object || !answer.Results.TryGetProperty("data", out var data))
        {
            return null;
        }

        // An empty list of Go's is null.
        return data.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => [.. data.EnumerateArray().Where(row => EngineSlot.Text(row, "id") is not null)
                .Select(row => new EngineChat(EngineSlot.Text(row, "id")!, EngineSlot.Text(row, "content") ?? "", EngineSlot.Text(row, "media_type") ?? ""))],
            _ => null,
        };
    }
}
