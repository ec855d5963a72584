using System.Text;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Storage;

/// <summary>
/// An append-only file of JSON lines, one fact a line, flushed to the kernel at each write: what was answered survives kill -9.
/// Kinds are registered before <see cref="Open"/>, which replays the file.
/// </summary>
internal sealed class Journal(string path, string name) : IDisposable
{
    private readonly Dictionary<string, Action<JsonObject>> _readers = new(StringComparer.Ordinal);
    private AppendFile? _file;

    /// <summary>Says what to do with a replayed fact of this kind.</summary>
    public void On(string kind, Action<JsonObject> read) => _readers[kind] = read;

    /// <exception cref="InvalidDataException">The file is not one of ours.</exception>
    public void Open()
    {
        var exists = File.Exists(path) && new FileInfo(path).Length > 0;
        if (exists)
        {
            Replay();
        }

        _file = new AppendFile(path);
        if (!exists)
        {
            WriteLine(GoJson.Struct(("simulator", name)));
        }
    }

    public void Append(string kind, JsonObject fact)
    {
        fact["t"] = kind;
        WriteLine(fact);
    }

    public void Dispose() => _file?.Dispose();

    private void WriteLine(JsonObject line)
    {
        var bytes = Encoding.UTF8.GetBytes(GoJson.ToText(line) + "\n");

        // Closed at shutdown: what still runs then loses its write, as in gowa.
        _file?.Write(bytes);
    }

    private void Replay()
    {
        var first = true;
        foreach (var line in File.ReadLines(path))
        {
            var fact = Parse(line);
            if (first && fact?["simulator"]?.GetValue<string>() != name)
            {
                throw new InvalidDataException("file is not a database");
            }

            first = false;
            if (fact?["t"]?.GetValue<string>() is { } kind && _readers.TryGetValue(kind, out var read))
            {
                read(fact);
            }
        }
    }

    // A line cut by kill -9 or a full disk is passed over.
    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
