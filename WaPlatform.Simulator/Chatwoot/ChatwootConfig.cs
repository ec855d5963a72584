using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Chatwoot;

/// <summary>One slot's link to a Chatwoot inbox.</summary>
internal sealed record ChatwootConfig(
    string DeviceId, string Url, long AccountId, long InboxId, string ApiToken, bool Enabled, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>As the API shows it: the token down to its last four characters.</summary>
    public JsonObject Show(string jid, string webhookUrl) => GoJson.Struct(
        ("device_id", DeviceId), ("device_jid", jid), ("chatwoot_url", Url), ("account_id", AccountId), ("inbox_id", InboxId),
        ("api_token", ApiToken.Length == 0 ? "" : "****" + ApiToken[^Math.Min(4, ApiToken.Length)..]), ("enabled", Enabled), ("webhook_url", webhookUrl),
        ("created_at", GoTime.Nano(CreatedAt)), ("updated_at", GoTime.Nano(UpdatedAt)));

    public JsonObject Write() => GoJson.Struct(
        ("device", DeviceId), ("url", Url), ("account", AccountId), ("inbox", InboxId), ("token", ApiToken), ("enabled", Enabled),
        ("created", CreatedAt.ToString("O", CultureInfo.InvariantCulture)), ("updated", UpdatedAt.ToString("O", CultureInfo.InvariantCulture)));

    public static ChatwootConfig Read(JsonObject fact) => new(
        fact["device"]!.GetValue<string>(), fact["url"]!.GetValue<string>(), fact["account"]!.GetValue<long>(), fact["inbox"]!.GetValue<long>(),
        fact["token"]!.GetValue<string>(), fact["enabled"]!.GetValue<bool>(),
        DateTimeOffset.Parse(fact["created"]!.GetValue<string>(), CultureInfo.InvariantCulture),
        DateTimeOffset.Parse(fact["updated"]!.GetValue<string>(), CultureInfo.InvariantCulture));
}
