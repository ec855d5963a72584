using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Webhooks;

/// <summary>The payloads of the events the simulated world makes by itself (gowa contract §6.3).</summary>
internal static class WebhookEvents
{
    private const string Delivered = "means the message was delivered to the device (but the user might not have noticed).";
    private const string Read = "the user opened the chat and saw the message.";

    /// <summary>A receipt of the other side.</summary>
    /// <param name="sender">Where events go.</param>
    /// <param name="slot">The account that sent the messages.</param>
    /// <param name="chat">Chat they were sent to.</param>
    /// <param name="from">Who received them.</param>
    /// <param name="ids">The messages.</param>
    /// <param name="type">delivered, read or read-self.</param>
    public static void EmitReceipt(this WebhookSender sender, Slot slot, string chat, string from, IReadOnlyList<string> ids, string type)
    {
        var payload = GoJson.Map(
            ("chat_id", chat),
            ("from", from),
            ("ids", GoJson.List(ids, static id => id)),
            ("receipt_type", type),
            ("receipt_type_description", Describe(type)));
        sender.Emit(slot, "message.ack", payload, stamped: true);
    }

    /// <summary>The members all message-like events share.</summary>
    public static JsonObject Common(string id, string chat, string from, string name, DateTimeOffset at)
    {
        var common = GoJson.Struct(("chat_id", chat), ("from", from));
        if (from.EndsWith(Jids.User, StringComparison.Ordinal))
        {
            common["from_lid"] = Jids.Lid(from);
        }

        if (name.Length > 0)
        {
            common["from_name"] = name;
            common["sender_display_name"] = name;
        }

        common["id"] = id;
        common["is_from_me"] = false;
        common["timestamp"] = GoTime.Seconds(at);
        return common;
    }

    /// <summary>The object with its keys in Go's map order.</summary>
    public static JsonObject Sorted(JsonObject payload)
    {
        var members = payload.Select(static member => (member.Key, Value: member.Value?.DeepClone())).ToArray();
        return GoJson.Map(members);
    }

    private static string Describe(string type) => type switch
    {
        "delivered" => Delivered,
        "read" => Read,
        "read-self" => "the current user opened the chat from a different device, and saw the message.",
        _ => "",
    };
}
