using System.Text.Json.Nodes;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Webhooks;

/// <summary>Where an event goes and under which rules.</summary>
internal sealed record WebhookTarget(IReadOnlyList<string> Urls, string Secret, IReadOnlyList<string> Events, bool InsecureSkipVerify)
{
    /// <summary>
    /// The slot's own address replaces the global list; its secret and events do when given; insecure is either's (gowa contract §6.1).
    /// </summary>
    public static WebhookTarget Of(SlotWebhook own, GowaSettings settings) => own.Url.Length == 0
        ? new(settings.Webhooks, settings.WebhookSecret, settings.WebhookEvents, settings.WebhookInsecureSkipVerify)
        : new(
            [own.Url],
            own.Secret.Length > 0 ? own.Secret : settings.WebhookSecret,
            own.Events.Length > 0 ? own.Events.Split(',') : settings.WebhookEvents,
            own.InsecureSkipVerify || settings.WebhookInsecureSkipVerify);

    /// <summary>Whether the whitelist lets an event through; an empty one lets all.</summary>
    public bool Wants(string name) =>
        Events.Count == 0 || Events.Any(wanted => wanted.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether one of the event's addresses is to be ignored, by itself or by its server.</summary>
    public static bool IsIgnored(JsonObject payload, IReadOnlyList<string> ignored)
    {
        if (ignored.Count == 0)
        {
            return false;
        }

        foreach (var name in (string[])["chat_id", "from", "chat_lid", "from_lid"])
        {
            if (payload[name] is JsonValue value && value.TryGetValue<string>(out var jid) && jid.Length > 0 &&
                ignored.Select(static entry => entry.Trim()).Any(entry =>
                    entry.Length > 0 && (entry == jid || (entry[0] == '@' && jid.EndsWith(entry, StringComparison.Ordinal)))))
            {
                return true;
            }
        }

        return false;
    }
}
