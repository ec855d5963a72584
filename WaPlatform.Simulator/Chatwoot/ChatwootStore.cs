using System.Text.Json.Nodes;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Chatwoot;

/// <summary>How far a history import has come; it is over as soon as it was asked for.</summary>
internal sealed record ChatwootSync(DateTimeOffset StartedAt, DateTimeOffset CompletedAt, int Chats, int Messages);

/// <summary>Chatwoot settings and imports by slot; thread-safe. Imports are forgotten with the process.</summary>
internal sealed class ChatwootStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ChatwootConfig> _configs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChatwootSync> _syncs = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly TimeProvider _time;

    public ChatwootStore(Journal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
        journal.On("chatwoot", fact => _configs[fact["device"]!.GetValue<string>()] = ChatwootConfig.Read(fact));
        journal.On("chatwoot-deleted", fact => _configs.Remove(fact["device"]!.GetValue<string>()));
    }

    public IReadOnlyList<ChatwootConfig> Configs
    {
        get
        {
            lock (_gate)
            {
                return [.. _configs.Values];
            }
        }
    }

    public ChatwootConfig? Config(string device)
    {
        lock (_gate)
        {
            return _configs.GetValueOrDefault(device);
        }
    }

    public ChatwootConfig Save(string device, string url, long account, long inbox, string token, bool enabled)
    {
        var now = _time.GetUtcNow();
        ChatwootConfig config;
        lock (_gate)
        {
            var known = _configs.GetValueOrDefault(device);
            config = new ChatwootConfig(device, url, account, inbox, token.Length == 0 ? known?.ApiToken ?? "" : token, enabled, known?.CreatedAt ?? now, now);
            _configs[device] = config;
        }

        _journal.Append("chatwoot", config.Write());
        return config;
    }

    public void Delete(string device)
    {
        lock (_gate)
        {
            if (!_configs.Remove(device))
            {
                return;
            }
        }

        _journal.Append("chatwoot-deleted", new JsonObject { ["device"] = device });
    }

    public ChatwootSync? SyncOf(string device)
    {
        lock (_gate)
        {
            return _syncs.GetValueOrDefault(device);
        }
    }

    public void Synced(string device, int chats, int messages)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            _syncs[device] = new ChatwootSync(now, now, chats, messages);
        }
    }
}
