namespace WaPlatform.Simulator.Network;

/// <summary>
/// Finds out that another process connected with the same session (gowa contract §8.2, StreamReplaced). The newest connection writes its token
/// for the account into the side file of the session database; an older one sees it within 200 ms. A file and a timer rather than a watch:
/// hundreds of simulators would use up the machine's inotify instances.
/// </summary>
internal sealed class StreamToken(string database, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _mine = new(StringComparer.Ordinal);
    private readonly string _path = database + "-shm";
    private DateTime _seen;
    private ITimer? _timer;

    /// <summary>Called once when another process has taken an account over.</summary>
    public required Action Replaced { get; init; }

    public void Claim(string adJid)
    {
        lock (_gate)
        {
            _mine[adJid] = Guid.NewGuid().ToString("N");
            var lines = Read();
            lines[adJid] = _mine[adJid];
            var temporary = $"{_path}.{Environment.ProcessId}";
            File.WriteAllLines(temporary, lines.Select(static line => line.Key + " " + line.Value));
            File.Move(temporary, _path, overwrite: true);
            _seen = File.GetLastWriteTimeUtc(_path);
            _timer ??= time.CreateTimer(static state => ((StreamToken)state!).Look(), this, Interval, Interval);
        }
    }

    public void Release(string adJid)
    {
        lock (_gate)
        {
            _mine.Remove(adJid);
            if (_mine.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            var written = File.GetLastWriteTimeUtc(_path);
            if (written == _seen || _timer is null)
            {
                return;
            }

            _seen = written;
            var lines = Read();
            if (!_mine.Any(mine => lines.TryGetValue(mine.Key, out var token) && token != mine.Value))
            {
                return;
            }
        }

        Replaced();
    }

    private Dictionary<string, string> Read()
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        if (File.Exists(_path))
        {
            foreach (var line in File.ReadAllLines(_path))
            {
                if (line.Split(' ') is [var jid, var token])
                {
                    lines[jid] = token;
                }
            }
        }

        return lines;
    }
}
