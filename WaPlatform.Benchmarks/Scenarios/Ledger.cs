using System.Text;
using System.Text.Json;

namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>What an engine noted of the sends that reached the simulated WhatsApp, read as the file grows.</summary>
internal sealed class Ledger(string path)
{
    private readonly Dictionary<string, int> _counts = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _rest = [];
    private long _offset;

    /// <summary>How often a message with this text was sent, as far as the file has been read.</summary>
    public int CountOf(string text) => _counts.GetValueOrDefault(text);

    /// <summary>Reads what was added.</summary>
    public void Read()
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = _offset;
        int count;
        while ((count = file.Read(_buffer)) > 0)
        {
            _offset += count;
            Take(_buffer.AsSpan(0, count));
        }
    }

    // The last line may be half written.
    private void Take(ReadOnlySpan<byte> bytes)
    {
        int end;
        while ((end = bytes.IndexOf((byte)'\n')) >= 0)
        {
            _rest.AddRange(bytes[..end]);
            using (var line = JsonDocument.Parse(Encoding.UTF8.GetString([.. _rest])))
            {
                var body = line.RootElement.GetProperty("body").GetString()!;
                _counts[body] = _counts.GetValueOrDefault(body) + 1;
            }

            _rest.Clear();
            bytes = bytes[(end + 1)..];
        }

        _rest.AddRange(bytes);
    }
}
