using System.Text.Json;
using System.Text.Json.Nodes;

namespace WaPlatform.Simulator.Sending;

/// <summary>The last lines of the ledger, as processes before this one left them; those of many numbers may be in between. Thread-safe.</summary>
internal sealed class LedgerTail
{
    // Thirty numbers that send forty messages a second between them write as much in more than a minute: longer than a number waits for its next process.
    private const int Length = 512 * 1024;

    private readonly string[] _lines;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    private LedgerTail(string[] lines) => _lines = lines;

    public static LedgerTail Read(string path)
    {
        if (!File.Exists(path))
        {
            return new LedgerTail([]);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(Length, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file);
        return new LedgerTail(reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A number's sends, oldest first, without what leaves no row in the chat storage. Given once.</summary>
    public List<(string To, string Id)> Take(string phone)
    {
        lock (_taken)
        {
            if (!_taken.Add(phone))
            {
                return [];
            }
        }

        // Most lines are others', and need not be read for that to be seen.
        return
        [
            .. _lines.Where(line => line.Contains(phone, StringComparison.Ordinal)).Select(Parse).OfType<JsonObject>()
                .Where(line => Text(line, "phone") == phone && IsStored(Text(line, "kind"))).Select(static line => (Text(line, "to"), Text(line, "id"))),
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
