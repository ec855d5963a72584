using System.Text;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Sending;

/// <summary>Every send that "reached WhatsApp", in order: in memory for this process, and one line each in a file that processes may share.</summary>
internal sealed class Ledger(string path, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<JsonObject> _entries = [];
    private AppendFile? _file;

    public void Add(string phone, string id, OutgoingMessage message)
    {
        var entry = GoJson.Struct(
            ("at", GoTime.Nano(time.GetUtcNow())), ("phone", phone), ("to", message.To), ("id", id), ("kind", message.Kind), ("body", message.Body));
        if (message.Upload is { } file)
        {
            entry["file"] = GoJson.Struct(("name", file.Name), ("size", file.Length), ("sha256", file.Sha256), ("contentType", file.ContentType));
        }

        var line = Encoding.UTF8.GetBytes(GoJson.ToText(entry) + "\n");
        lock (_gate)
        {
            // Opened on the first send, so that a process which sends nothing leaves no file.
            (_file ??= new AppendFile(path)).Write(line);
            _entries.Add(entry);
        }
    }

    public JsonArray Read()
    {
        lock (_gate)
        {
            return GoJson.List(_entries, static entry => entry.DeepClone());
        }
    }

    public void Dispose() => _file?.Dispose();
}
