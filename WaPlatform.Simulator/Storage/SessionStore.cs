using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Storage;

/// <summary>One paired account.</summary>
/// <param name="AdJid">JID with the device number, for example <c>628123456789:12@s.whatsapp.net</c>.</param>
/// <param name="PushName">Name the account shows.</param>
internal sealed record Session(string AdJid, string PushName)
{
    /// <summary>JID without the device number.</summary>
    public string Jid => AdJid[..AdJid.IndexOf(':', StringComparison.Ordinal)] + AdJid[AdJid.IndexOf('@', StringComparison.Ordinal)..];
}

/// <summary>The sessions of whatsapp.db: what a restart needs to stay paired (gowa contract §3.2).</summary>
internal sealed class SessionStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Session> _sessions = [];
    private readonly Journal _journal;

    public SessionStore(string path)
    {
        Path = path;
        _journal = new Journal(path, "whatsapp");
        _journal.On("session", fact => Put(new Session(Text(fact, "ad_jid"), Text(fact, "name"))));
        _journal.On("session-deleted", fact => Remove(Text(fact, "ad_jid")));
    }

    public string Path { get; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Session> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _sessions];
            }
        }
    }

    public void Open() => _journal.Open();

    public void Save(Session session)
    {
        lock (_gate)
        {
            Put(session);
        }

        _journal.Append("session", GoJson.Struct(("ad_jid", session.AdJid), ("name", session.PushName)));
    }

    public void Delete(string adJid)
    {
        lock (_gate)
        {
            Remove(adJid);
        }

        _journal.Append("session-deleted", GoJson.Struct(("ad_jid", adJid)));
    }

    public void Dispose() => _journal.Dispose();

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";

    private void Put(Session session)
    {
        Remove(session.AdJid);
        _sessions.Add(session);
    }

    private void Remove(string adJid) => _sessions.RemoveAll(session => session.AdJid == adJid);
}
