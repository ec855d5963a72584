using System.Text.Json;
using WaPlatform.Contracts;

namespace WaPlatform.ProcessHost.Events;

/// <summary>What the journal keeps of an engine's event where it is not to keep what people wrote: who, when, which message; nothing else.</summary>
internal static class KeptContent
{
    // Members of the engine's events (gowa contract §6.3) that name or count, and never quote. What is not listed is content.
    private static readonly HashSet<string> Names =
    [
        "id", "ids", "chat_id", "chat_lid", "from", "from_lid", "timestamp", "is_from_me", "is_group", "view_once", "forwarded", "replied_to_id",
        "reacted_message_id", "original_message_id", "revoked_message_id", "revoked_from_me", "revoked_chat", "deleted_message_id", "was_from_me", "original_timestamp",
        "receipt_type", "receipt_type_description", "state", "type", "jids", "call_id", "auto_rejected", "group_jid", "label_id", "labeled", "newsletter_id", "role", "mute", "code",
    ];

    public static JsonElement Of(JsonElement data) => data.ValueKind != JsonValueKind.Object
        ? JsonElement.Parse("null")
        : JsonSerializer.SerializeToElement(
            data.EnumerateObject().Where(member => Names.Contains(member.Name) && IsPlain(member.Value)).ToDictionary(member => member.Name, member => member.Value), WireJson.Options);

    private static bool IsPlain(JsonElement value) =>
        value.ValueKind is not JsonValueKind.Object && (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String));
}
