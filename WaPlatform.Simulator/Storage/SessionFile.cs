using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Storage;

/// <summary>
/// Sessions in whatsapp.db (gowa contract §3.2). Who connected last stands in its side file: hundreds of simulators that watched their files instead of
/// looking at them would use up the machine's inotify instances.
/// </summary>
internal sealed class SessionFile : ISessionDatabase
{
    private const string Scheme = "file:";

    private readonly string _uri;
    private readonly string _path;
    private readonly List<Session> _sessions = [];
    private readonly Journal _journal;
    private DateTime _seen;

    public SessionFile(string uri)
    {
        _uri = uri;
        _path = PathOf(uri);
        _journal = new Journal(_path, "whatsapp");
        _journal.On("session", fact =>
        {
            _sessions.RemoveAll(session => session.AdJid == Text(fact, "ad_jid"));
            _sessions.Add(new Session(Text(fact, "ad_jid"), Text(fact, "name")));
        });
        _journal.On("session-deleted", fact => _sessions.RemoveAll(session => session.AdJid == Text(fact, "ad_jid")));
    }

    public TimeSpan LookInterval => TimeSpan.FromMilliseconds(200);

    private string Claims => _path + "-shm";

    public Task<IReadOnlyList<Session>> OpenAsync(CancellationToken cancellationToken)
    {
        if (!_uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new SessionDatabaseException($"unknown database type: {_uri}. Currently only sqlite3(file:) and postgres are supported");
        }

        const string Failed = "failed to upgrade database: failed to check if foreign keys are enabled: ";
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(_path))))
        {
            throw new SessionDatabaseException(Failed + "unable to open database file: no such file or directory");
        }

        try
        {
            Folders.CreateSideFiles(_path);
            _journal.Open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SessionDatabaseException(Failed + exception.Message, exception);
        }

        return Task.FromResult<IReadOnlyList<Session>>(_sessions);
    }

    public Task SaveAsync(Session session, CancellationToken cancellationToken)
    {
        _journal.Append("session", GoJson.Struct(("ad_jid", session.AdJid), ("name", session.PushName)));
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string adJid, CancellationToken cancellationToken)
    {
        _journal.Append("session-deleted", GoJson.Struct(("ad_jid", adJid)));
        return Task.CompletedTask;
    }

    public async Task ClaimAsync(string adJid, string token, CancellationToken cancellationToken)
    {
        var lines = Read();
        lines[adJid] = token;
        var temporary = $"{Claims}.{Environment.ProcessId}";
        await File.WriteAllLinesAsync(temporary, lines.Select(static line => line.Key + " " + line.Value), cancellationToken);
        File.Move(temporary, Claims, overwrite: true);
        _seen = File.GetLastWriteTimeUtc(Claims);
    }

    public Task<IReadOnlyDictionary<string, string>?> ReadClaimsAsync(CancellationToken cancellationToken)
    {
        var written = File.GetLastWriteTimeUtc(Claims);
        if (written == _seen)
        {
            return Task.FromResult<IReadOnlyDictionary<string, string>?>(null);
        }

        _seen = written;
        return Task.FromResult<IReadOnlyDictionary<string, string>?>(Read());
    }

    public void Dispose() => _journal.Dispose();

    private static string PathOf(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return "";
        }

        var end = uri.IndexOf('?', StringComparison.Ordinal);
        return end < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..end];
    }

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";

    private Dictionary<string, string> Read()
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        if (File.Exists(Claims))
        {
            foreach (var line in File.ReadAllLines(Claims))
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
