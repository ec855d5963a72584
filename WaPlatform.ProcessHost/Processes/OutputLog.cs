using System.Globalization;
using System.Text;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>What the processes of one device wrote: the newest lines in memory, all of it in a rotated file.</summary>
internal sealed class OutputLog(string path, TimeProvider timeProvider) : IDisposable
{
    private const int KeptLines = 2000;
    private const long MaxFileBytes = 5 * 1024 * 1024;
    private const int KeptFiles = 3;

    // A line without an end must not fill the memory; it is cut into pieces of this length.
    private const int MaxLine = 8 * 1024;

    // The engine notes each answer on its socket; those to the platform's own questions would be all that the log of a quiet number holds.
    private const string Echo = "message received: {LIST_DEVICES ";

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();
    private StreamWriter? _file;
    private long _fileBytes;
    private long _next = 1;

    /// <summary>Reads a stream to its end, line by line, whatever is in it.</summary>
    public async Task DrainAsync(StreamReader reader, LogStreams stream, OutputMask mask)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        try
        {
            int read;
            while ((read = await reader.ReadAsync(buffer.AsMemory())) > 0)
            {
                foreach (var c in buffer.AsSpan(0, read))
                {
                    if (c != '\n')
                    {
                        line.Append(c);
                    }

                    if (c == '\n' || line.Length >= MaxLine)
                    {
                        Add(stream, mask.Apply(Clean(line)));
                        line.Clear();
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The pipe broke with the process: what was read so far is all there is.
        }

        if (line.Length > 0)
        {
            Add(stream, mask.Apply(Clean(line)));
        }
    }

    public IReadOnlyList<LogLine> Read(int tail, LogStreams streams, long after)
    {
        lock (_lock)
        {
            return [.. _lines.Where(line => (line.Stream & streams) != 0 && line.Number > after).TakeLast(tail)];
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Add(LogStreams stream, string text)
    {
        if (text.Contains(Echo, StringComparison.Ordinal))
        {
            return;
        }

        lock (_lock)
        {
            var line = new LogLine(_next++, timeProvider.GetUtcNow(), stream, text);
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }

            try
            {
                Write(line);
            }
            catch (IOException)
            {
                // A full disk must not stop the engine: its pipe has to be drained. The lines stay in memory.
            }
        }
    }

    private void Write(LogLine line)
    {
        if (_file is null || _fileBytes > MaxFileBytes)
        {
            Rotate();
        }

        var text = $"{line.At.ToString("O", CultureInfo.InvariantCulture)} {(line.Stream == LogStreams.Stdout ? "out" : "err")} {line.Text}";
        _file!.WriteLine(text);
        _fileBytes += text.Length + 1;
    }

    private void Rotate()
    {
        _file?.Dispose();
        if (_fileBytes > MaxFileBytes)
        {
            for (var i = KeptFiles - 1; i >= 1; i--)
            {
                var older = i == 1 ? path : $"{path}.{(i - 1).ToString(CultureInfo.InvariantCulture)}";
                if (File.Exists(older))
                {
                    File.Move(older, $"{path}.{i.ToString(CultureInfo.InvariantCulture)}", overwrite: true);
                }
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new StreamWriter(path, append: true) { AutoFlush = true };
        _fileBytes = new FileInfo(path).Length;
    }

    // Colour codes and other control characters: a log is text, and is shown in pages.
    private static string Clean(StringBuilder line)
    {
        var text = line.ToString();
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\x1b' && i + 1 < text.Length && text[i + 1] == '[')
            {
                i += 2;
                while (i < text.Length && text[i] is (< '@' or > '~'))
                {
                    i++;
                }
            }
            else if (text[i] == '\t' || !char.IsControl(text[i]))
            {
                clean.Append(text[i]);
            }
        }

        return clean.ToString();
    }
}
