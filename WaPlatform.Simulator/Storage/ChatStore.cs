using System.Text.Json.Nodes;

namespace WaPlatform.Simulator.Storage;

/// <summary>A stored message, in or out.</summary>
internal sealed record ChatMessage
{
    /// <summary><see cref="Slots.Slot.StorageKey"/> of the account.</summary>
    public required string DeviceId { get; init; }

    public required string Id { get; init; }

    public required string ChatJid { get; init; }

    public required string SenderJid { get; init; }

    public string SenderName { get; init; } = "";

    public string Content { get; init; } = "";

    public required DateTimeOffset Timestamp { get; init; }

    public required bool IsFromMe { get; init; }

    /// <summary>"" for text, else image, video, audio, document, sticker …</summary>
    public string MediaType { get; init; } = "";

    public string FileName { get; init; } = "";

    public string Url { get; init; } = "";

    public long FileLength { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A stored chat.</summary>
internal sealed record ChatRow
{
    public required string DeviceId { get; init; }

    public required string Jid { get; init; }

    public string Name { get; init; } = "";

    public required DateTimeOffset LastMessageTime { get; init; }

    public long EphemeralExpiration { get; init; }

    public bool Archived { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>The chats and messages of chatstorage.db; thread-safe. Reads give copies.</summary>
internal sealed class ChatStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Device, string Jid), ChatRow> _chats = [];
    private readonly Dictionary<(string Device, string Chat), Dictionary<string, ChatMessage>> _messages = [];
    private readonly Journal _journal;
    private readonly TimeProvider _time;

    public ChatStore(Journal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
        journal.On("chat", fact => Put(ChatFacts.ReadChat(fact)));
        journal.On("message", fact => Put(ChatFacts.ReadMessage(fact)));
        journal.On("message-deleted", fact => Remove(Text(fact, "device"), Text(fact, "chat"), Text(fact, "id")));
        journal.On("device-deleted", fact => Clear(Text(fact, "device")));
    }

    /// <summary>Chats of one account, newest first.</summary>
    public IReadOnlyList<ChatRow> Chats(string deviceId)
    {
        lock (_gate)
        {
            return [.. _chats.Values.Where(chat => chat.DeviceId == deviceId).OrderByDescending(static chat => chat.LastMessageTime)];
        }
    }

    public ChatRow? Chat(string deviceId, string jid)
    {
        lock (_gate)
        {
            return _chats.GetValueOrDefault((deviceId, jid));
        }
    }

    /// <summary>Messages of one chat, newest first.</summary>
    public IReadOnlyList<ChatMessage> Messages(string deviceId, string chatJid)
    {
        lock (_gate)
        {
            return _messages.TryGetValue((deviceId, chatJid), out var messages)
                ? [.. messages.Values.OrderByDescending(static message => message.Timestamp)]
                : [];
        }
    }

    /// <summary>A message by its id, in whichever chat of the account.</summary>
    public ChatMessage? Message(string deviceId, string id)
    {
        lock (_gate)
        {
            foreach (var ((device, _), messages) in _messages)
            {
                if (device == deviceId && messages.TryGetValue(id, out var message))
                {
                    return message;
                }
            }

            return null;
        }
    }

    /// <summary>Whether anybody but the account itself wrote in a chat.</summary>
    public bool HasIncoming(string deviceId, string chatJid)
    {
        lock (_gate)
        {
            return _messages.TryGetValue((deviceId, chatJid), out var messages) && messages.Values.Any(static message => !message.IsFromMe);
        }
    }

    /// <summary>Stores a message (same id replaces) and brings its chat up to date; <paramref name="chatName"/> names a new or nameless chat.</summary>
    public void Save(ChatMessage message, string chatName = "")
    {
        var now = _time.GetUtcNow();
        ChatRow chat;
        lock (_gate)
        {
            Put(message);
            var known = _chats.GetValueOrDefault((message.DeviceId, message.ChatJid));
            chat = (known ?? new ChatRow
            {
                DeviceId = message.DeviceId,
                Jid = message.ChatJid,
                LastMessageTime = message.Timestamp,
                CreatedAt = now,
                UpdatedAt = now,
            }) with
            {
                Name = string.IsNullOrEmpty(known?.Name) ? chatName : known.Name,
                LastMessageTime = known is null || message.Timestamp > known.LastMessageTime ? message.Timestamp : known.LastMessageTime,
                UpdatedAt = now,
            };
            Put(chat);
        }

        _journal.Append("message", ChatFacts.Write(message));
        _journal.Append("chat", ChatFacts.Write(chat));
    }

    /// <summary>Stores a chat as given.</summary>
    public void Save(ChatRow chat)
    {
        lock (_gate)
        {
            Put(chat);
        }

        _journal.Append("chat", ChatFacts.Write(chat));
    }

    public void Delete(ChatMessage message)
    {
        lock (_gate)
        {
            Remove(message.DeviceId, message.ChatJid, message.Id);
        }

        _journal.Append("message-deleted", new JsonObject { ["device"] = message.DeviceId, ["chat"] = message.ChatJid, ["id"] = message.Id });
    }

    /// <summary>Deletes every chat and message stored under this key.</summary>
    public void DeleteDevice(string deviceId)
    {
        lock (_gate)
        {
            Clear(deviceId);
        }

        _journal.Append("device-deleted", new JsonObject { ["device"] = deviceId });
    }

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";

    private void Put(ChatRow chat) => _chats[(chat.DeviceId, chat.Jid)] = chat;

    private void Put(ChatMessage message)
    {
        if (!_messages.TryGetValue((message.DeviceId, message.ChatJid), out var messages))
        {
            _messages[(message.DeviceId, message.ChatJid)] = messages = new(StringComparer.Ordinal);
        }

        messages[message.Id] = message;
    }

    private void Remove(string deviceId, string chatJid, string id)
    {
        if (_messages.TryGetValue((deviceId, chatJid), out var messages))
        {
            messages.Remove(id);
        }
    }

    private void Clear(string deviceId)
    {
        foreach (var key in _chats.Keys.Where(key => key.Device == deviceId).ToList())
        {
            _chats.Remove(key);
        }

        foreach (var key in _messages.Keys.Where(key => key.Device == deviceId).ToList())
        {
            _messages.Remove(key);
        }
    }
}
