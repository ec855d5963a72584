using System.Globalization;
using WaPlatform.Simulator.Chats;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Chatwoot;

/// <summary>The Chatwoot integration's routes; with the integration off none of them exists (real.md §3.3.36).</summary>
internal static class ChatwootRoutes
{
    private static readonly BodySpec SyncBody =
        new BodySpec("rest.SyncRequest").Text("device_id").Integer("days_limit").Boolean("include_media", "include_groups");

    public static void AddChatwootRoutes(this RouteTable routes, Gowa gowa)
    {
        if (!gowa.Settings.ChatwootEnabled)
        {
            return;
        }

        routes.Post("/chatwoot/webhook", (context, _) => Task.FromResult(Webhook(gowa, context, open: Secret(gowa).Length == 0)), RouteScope.Public);
        routes.Post("/chatwoot/webhook/:device_id", (context, _) => Task.FromResult(Webhook(gowa, context, open: false)), RouteScope.Public);
        routes.Post("/chatwoot/sync", (context, cancellationToken) => SyncAsync(gowa, context, cancellationToken));
        routes.Get("/chatwoot/sync/status", (context, _) => Task.FromResult(SyncStatus(gowa, context)));
        routes.AddChatwootConfigRoutes(gowa);
    }

    private static string Secret(Gowa gowa) => gowa.Settings.Text("chatwoot-webhook-secret").Trim();

    // What an agent wrote is taken and dropped: there is no Chatwoot in the simulated world.
    private static Answer Webhook(Gowa gowa, RequestContext context, bool open)
    {
        string?[] given = [context.Header("X-Chatwoot-Webhook-Secret"), context.Header("X-Gowa-Chatwoot-Secret"), context.Query("secret")];
        var secret = Secret(gowa);
        return open || (secret.Length > 0 && given.Contains(secret)) ? Answer.Text(200, "OK") : Answer.Text(401, "Unauthorized");
    }

    private static async Task<Answer> SyncAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        // An unreadable body means the defaults.
        var body = new BoundBody();
        if (BodyBinder.MediaType(context) == "application/json")
        {
            body = await context.BindAsync(SyncBody, cancellationToken);
        }

        var key = await gowa.StorageKeyAsync(context.Slot);
        var chats = gowa.Chats.Chats(key);
        gowa.World.Chatwoot.Synced(context.Slot.Id, chats.Count, chats.Sum(chat => gowa.Chats.Messages(key, chat.Jid).Count));
        var usual = long.Parse(gowa.Settings.Text("chatwoot-days-limit-import-messages"), CultureInfo.InvariantCulture);
        return Answer.Success("History sync initiated in background", GoJson.Map(
            ("days_limit", body.Integer("days_limit") is > 0 and var days ? days : usual), ("device_id", context.Slot.Id),
            ("include_groups", body.Boolean("include_groups", true)), ("include_media", body.Boolean("include_media", true))), code: "SYNC_STARTED");
    }

    private static Answer SyncStatus(Gowa gowa, RequestContext context)
    {
        var device = context.Slot.Id;
        if (gowa.World.Chatwoot.SyncOf(device) is not { } sync)
        {
            return Answer.Success("No sync in progress", GoJson.Struct(("device_id", device), ("status", "idle")));
        }

        return Answer.Success("Sync status retrieved", GoJson.Struct(
            ("device_id", device), ("status", "completed"),
            ("total_chats", sync.Chats), ("synced_chats", sync.Chats), ("failed_chats", 0),
            ("total_messages", sync.Messages), ("synced_messages", sync.Messages), ("failed_messages", 0),
            ("started_at", GoTime.Nano(sync.StartedAt)), ("completed_at", GoTime.Nano(sync.CompletedAt))));
    }
}
