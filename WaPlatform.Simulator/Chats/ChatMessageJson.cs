using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Messages;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Chats;

/// <summary>A stored message as <c>/chat/:jid/messages</c> shows it.</summary>
internal static class ChatMessageJson
{
    public static JsonObject Write(ChatMessage message, IReadOnlyList<Reaction> reactions)
    {
        var json = GoJson.Struct(
            ("id", message.Id), ("chat_jid", message.ChatJid), ("sender_jid", message.SenderJid),
            ("sender_display_name", message.SenderName.Length > 0 ? message.SenderName : Contact.NameOf(message.SenderJid)),
            ("content", message.Content), ("timestamp", GoTime.Seconds(message.Timestamp)), ("is_from_me", message.IsFromMe), ("media_type", message.MediaType));
        if (reactions.Count > 0)
        {
            json["reactions"] = GoJson.List(reactions, static reaction => GoJson.Struct(
                ("emoji", reaction.Emoji), ("sender_jid", reaction.SenderJid), ("sender_display_name", Contact.NameOf(reaction.SenderJid)),
                ("is_from_me", reaction.IsFromMe), ("timestamp", GoTime.Seconds(reaction.At))));
        }

        json["filename"] = message.FileName;
        json["url"] = message.Url;
        json["file_length"] = message.FileLength;
        json["created_at"] = GoTime.Seconds(message.CreatedAt);
        json["updated_at"] = GoTime.Seconds(message.UpdatedAt);
        return json;
    }
}
