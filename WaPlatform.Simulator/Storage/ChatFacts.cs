using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Storage;

/// <summary>Chats and messages as journal lines.</summary>
internal static class ChatFacts
{
    public static JsonObject Write(ChatMessage message) => GoJson.Struct(
        ("device", message.DeviceId), ("id", message.Id), ("chat", message.ChatJid), ("sender", message.SenderJid),
        ("sender_name", message.SenderName), ("content", message.Content), ("at", Time(message.Timestamp)), ("from_me", message.IsFromMe),
        ("media", message.MediaType), ("file", message.FileName), ("url", message.Url), ("length", message.FileLength),
        ("created", Time(message.CreatedAt)), ("updated", Time(message.UpdatedAt)));

    public static ChatMessage ReadMessage(JsonObject fact) => new()
    {
        DeviceId = Text(fact, "device"),
        Id = Text(fact, "id"),
        ChatJid = Text(fact, "chat"),
        SenderJid = Text(fact, "sender"),
        SenderName = Text(fact, "sender_name"),
        Content = Text(fact, "content"),
        Timestamp = Time(fact, "at"),
        IsFromMe = fact["from_me"]?.GetValue<bool>() ?? false,
        MediaType = Text(fact, "media"),
        FileName = Text(fact, "file"),
        Url = Text(fact, "url"),
        FileLength = fact["length"]?.GetValue<long>() ?? 0,
        CreatedAt = Time(fact, "created"),
        UpdatedAt = Time(fact, "updated"),
    };

    public static JsonObject Write(ChatRow chat) => GoJson.Struct(
        ("device", chat.DeviceId), ("jid", chat.Jid), ("name", chat.Name), ("last", Time(chat.LastMessageTime)),
        ("ephemeral", chat.EphemeralExpiration), ("archived", chat.Archived), ("created", Time(chat.CreatedAt)), ("updated", Time(chat.UpdatedAt)));

    public static ChatRow ReadChat(JsonObject fact) => new()
    {
        DeviceId = Text(fact, "device"),
        Jid = Text(fact, "jid"),
        Name = Text(fact, "name"),
        LastMessageTime = Time(fact, "last"),
        EphemeralExpiration = fact["ephemeral"]?.GetValue<long>() ?? 0,
        Archived = fact["archived"]?.GetValue<bool>() ?? false,
        CreatedAt = Time(fact, "created"),
        UpdatedAt = Time(fact, "updated"),
    };

    private static string Time(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonObject fact, string name) =>
        DateTimeOffset.TryParse(Text(fact, name), CultureInfo.InvariantCulture, out var time) ? time : DateTimeOffset.UnixEpoch;

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";
}
