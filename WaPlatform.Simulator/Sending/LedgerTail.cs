using System.Text.Json;
using System.Text.Json.Nodes;

namespace WaPlatform.Simulator.Sending;

/// <summary>The last sends that processes before this one wrote down.</summary>
internal static class LedgerTail
{
    // A process that is killed has a few sends in hand; this is dozens.
    private const int Length = 16 * 1024;

    /// <summary>Oldest first; without what leaves no row in the chat storage.</summary>
    public static List<(string Phone, string To, string Id)> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(Length, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file);
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<JsonObject>()
                .Where(static line => IsStored(Text(line, "kind"))).Select(static line => (Text(line, "phone"), Text(line, "to"), Text(line, "id"))),
        ];
    }

    private static bool IsStored(string kind) => kind is "text" or "forward" || SendKinds.All.Any(known => known.Name == kind);

    // The first may be the end of a line, and a kill may have cut another.
    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonObject line, string name) => line[name]?.GetValue<string>() ?? "";
}
