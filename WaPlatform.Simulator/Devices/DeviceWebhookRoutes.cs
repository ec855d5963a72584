using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Devices;

/// <summary><c>/devices/:id/webhook</c>: taken as given, nothing is validated (real.md §3.3.29).</summary>
internal static class DeviceWebhookRoutes
{
    private static readonly BodySpec Spec = new BodySpec("device.WebhookRequest")
        .Text("webhook_url", "webhook_secret", "webhook_events").Boolean("webhook_insecure_skip_verify");

    public static void AddDeviceWebhookRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/devices/:device_id/webhook", (context, _) => GetAsync(gowa, context), RouteScope.Authorised);
        routes.Patch("/devices/:device_id/webhook", (context, cancellationToken) => SetAsync(gowa, context, cancellationToken), RouteScope.Authorised);
    }

    private static async Task<Answer> GetAsync(Gowa gowa, RequestContext context)
    {
        var slot = await RequireAsync(gowa, context);
        return Answer.Success("Device webhook retrieved", Describe(slot));
    }

    private static async Task<Answer> SetAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await DeviceRoutes.ReadAsync(context, Spec, cancellationToken);
        if (!body.Has("webhook_url"))
        {
            throw ApiException.BadRequest("webhook_url is required");
        }

        var slot = await RequireAsync(gowa, context);
        slot.Webhook = new SlotWebhook(
            body.Text("webhook_url"), body.Text("webhook_secret"), body.Text("webhook_events"), body.Boolean("webhook_insecure_skip_verify"));
        gowa.Slots.Save(slot);
        await gowa.Hub.BroadcastAsync("DEVICE_WEBHOOK_CONFIG_UPDATED", $"Device {slot.Id} webhook config updated",
            GoJson.Struct(("device_id", slot.Id)), cancellationToken);
        return Answer.Success("Device webhook updated", Describe(slot));
    }

    private static async Task<Slot> RequireAsync(Gowa gowa, RequestContext context) =>
        await gowa.Slots.FindByIdAsync(context.Parameters["device_id"]) ?? throw new ApiException(404, "NOT_FOUND", "device not found");

    private static System.Text.Json.Nodes.JsonObject Describe(Slot slot) => GoJson.Map(
        ("device_id", slot.Id),
        ("webhook_events", slot.Webhook.Events),
        ("webhook_insecure_skip_verify", slot.Webhook.InsecureSkipVerify),
        ("webhook_secret", slot.Webhook.Secret),
        ("webhook_url", slot.Webhook.Url));
}
