using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Chatwoot;

/// <summary>Settings of single slots.</summary>
internal static class ChatwootConfigRoutes
{
    private static readonly BodySpec ConfigBody = new BodySpec("rest.ChatwootConfigRequest")
        .Text("chatwoot_url", "api_token").Integer("account_id", "inbox_id").Boolean("enabled");

    public static void AddChatwootConfigRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/chatwoot/configs", (context, _) => Task.FromResult(Answer.Success("Chatwoot device configs",
            GoJson.List(gowa.World.Chatwoot.Configs, config => Show(gowa, context, config)))));
        routes.Get("/devices/:device_id/chatwoot/config", (context, _) => Task.FromResult(Get(gowa, context)), RouteScope.Authorised);
        routes.Put("/devices/:device_id/chatwoot/config", (context, cancellationToken) => PutAsync(gowa, context, cancellationToken), RouteScope.Authorised);
        routes.Delete("/devices/:device_id/chatwoot/config", (context, _) => Task.FromResult(Delete(gowa, context)), RouteScope.Authorised);
    }

    private static Answer Get(Gowa gowa, RequestContext context)
    {
        var config = gowa.World.Chatwoot.Config(Device(context)) ?? throw new ApiException(404, "CONFIG_NOT_FOUND", "no Chatwoot config for this device");
        return Answer.Success("Chatwoot device config", Show(gowa, context, config));
    }

    private static async Task<Answer> PutAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(ConfigBody, cancellationToken);
        if (body.Text("chatwoot_url").Length == 0)
        {
            throw new ApiException(400, "INVALID_CHATWOOT_URL", "chatwoot url is required");
        }

        if (gowa.Slots.Snapshot.All(slot => slot.Id != Device(context)))
        {
            throw new ApiException(404, "DEVICE_NOT_FOUND", "device not found");
        }

        var config = gowa.World.Chatwoot.Save(
            Device(context), body.Text("chatwoot_url"), body.Integer("account_id"), body.Integer("inbox_id"), body.Text("api_token"), body.Boolean("enabled", true));
        return Answer.Success("Chatwoot device config saved", Show(gowa, context, config));
    }

    private static Answer Delete(Gowa gowa, RequestContext context)
    {
        gowa.World.Chatwoot.Delete(Device(context));
        return Answer.Success("Chatwoot device config deleted", GoJson.Map(("device_id", Device(context))));
    }

    private static string Device(RequestContext context) => context.Parameters["device_id"];

    private static System.Text.Json.Nodes.JsonObject Show(Gowa gowa, RequestContext context, ChatwootConfig config) => config.Show(
        gowa.Slots.Snapshot.FirstOrDefault(slot => slot.Id == config.DeviceId)?.Jid ?? "",
        context.Link(gowa.Settings.BasePath, $"chatwoot/webhook/{config.DeviceId}"));
}
