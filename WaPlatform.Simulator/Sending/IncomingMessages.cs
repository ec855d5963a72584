using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Webhooks;

namespace WaPlatform.Simulator.Sending;

/// <summary>A message somebody sends to the account.</summary>
internal sealed record IncomingMessage
{
    /// <summary>JID of the writer.</summary>
    public required string From { get; init; }

    /// <summary>JID of the chat: the writer's, or a group.</summary>
    public required string Chat { get; init; }

    /// <summary>text, image, video, audio, document, sticker, location, contact, reaction, edited, revoked.</summary>
    public string Type { get; init; } = "text";

    public string Text { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Message that a reaction, edit or revocation is about; the message replied to otherwise.</summary>
    public string About { get; init; } = "";

    public string Id { get; init; } = "";
}

/// <summary>Lets messages in: stored as a row, told to the webhooks.</summary>
internal sealed class IncomingMessages(ChatStore chats, WebhookSender webhooks, TimeProvider time)
{
    /// <summary>Receives and gives the message's id.</summary>
    public string Receive(Slot slot, IncomingMessage message)
    {
        var id = message.Id.Length > 0 ? message.Id : MessageIds.New();
        var at = time.GetUtcNow();
        var name = message.Name.Length > 0 ? message.Name : "Contact " + Jids.Number(message.From);
        var payload = WebhookEvents.Common(id, message.Chat, message.From, name, at);
        var (kind, media) = Fill(payload, message, at);
        if (kind == "message")
        {
            Store(slot, message, id, name, media, at);
        }

        webhooks.Emit(slot, kind, WebhookEvents.Sorted(payload), stamped: false);
        return id;
    }

    // Adds what the type brings along; gives the event's name and gowa's media type.
    private static (string Event, string Media) Fill(JsonObject payload, IncomingMessage message, DateTimeOffset at)
    {
        if (message.Type == "reaction")
        {
            payload["reaction"] = message.Text;
            payload["reacted_message_id"] = message.About;
            return ("message.reaction", "");
        }

        if (message.Type == "edited")
        {
            payload["original_message_id"] = message.About;
            payload["body"] = message.Text;
            return ("message.edited", "");
        }

        if (message.Type == "revoked")
        {
            payload["revoked_message_id"] = message.About;
            payload["revoked_from_me"] = false;
            payload["revoked_chat"] = message.Chat;
            return ("message.revoked", "");
        }

        if (message.About.Length > 0)
        {
            payload["replied_to_id"] = message.About;
        }

        var file = $"statics/media/{at.ToUnixTimeSeconds()}-{Guid.NewGuid()}";
        switch (message.Type)
        {
            case "image" or "video" or "document":
                var extension = message.Type switch { "image" => ".jpe", "video" => ".mp4", _ => ".pdf" };
                payload[message.Type] = message.Text.Length == 0
                    ? file + extension
                    : GoJson.Struct(("caption", message.Text), ("path", file + extension));
                return ("message", message.Type);
            case "audio" or "sticker":
                payload[message.Type] = file + (message.Type == "audio" ? ".oga" : ".webp");
                return ("message", message.Type);
            case "location":
                payload["location"] = GoJson.Struct(("degreesLatitude", -6.2), ("degreesLongitude", 106.8), ("name", message.Text));
                return ("message", "location");
            case "contact":
                payload["contact"] = GoJson.Struct(("displayName", message.Text), ("vcard", "BEGIN:VCARD\nVERSION:3.0\nFN:" + message.Text + "\nEND:VCARD"));
                return ("message", "contact");
            default:
                payload["body"] = message.Text;
                return ("message", "");
        }
    }

    private void Store(Slot slot, IncomingMessage message, string id, string name, string media, DateTimeOffset at) => chats.Save(
        new ChatMessage
        {
            DeviceId = slot.StorageKey,
            Id = id,
            ChatJid = message.Chat,
            SenderJid = message.From,
            SenderName = name,
            Content = message.Text,
            Timestamp = at,
            IsFromMe = false,
            MediaType = media,
            CreatedAt = at,
            UpdatedAt = at,
        },
        message.Chat == message.From ? name : "");
}
