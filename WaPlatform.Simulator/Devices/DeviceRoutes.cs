using System.Text.Json;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Devices;

/// <summary><c>/devices</c> and <c>/devices/:id</c> (gowa contract §4.4, real.md §3.3).</summary>
internal static class DeviceRoutes
{
    private static readonly BodySpec NewDevice = new BodySpec("device.CreateRequest")
        .Text("device_id", "webhook_url", "webhook_secret", "webhook_events").Boolean("webhook_insecure_skip_verify");

    public static void AddDeviceRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/devices", (_, _) => ListAsync(gowa), RouteScope.Authorised);
        routes.Post("/devices", (context, cancellationToken) => AddAsync(gowa, context, cancellationToken), RouteScope.Authorised);
        routes.Get("/devices/:device_id", (context, _) => GetAsync(gowa, context), RouteScope.Authorised);
        routes.Delete("/devices/:device_id", (context, _) => RemoveAsync(gowa, context), RouteScope.Authorised);
    }

    /// <summary>The slot a path names, or gowa's 500.</summary>
    internal static async Task<Slot> RequireAsync(Gowa gowa, RequestContext context)
    {
        var id = context.Parameters["device_id"];
        return await gowa.Slots.FindByIdAsync(id) ?? throw ApiException.Internal($"device {id} not found");
    }

    private static async Task<Answer> ListAsync(Gowa gowa) => Answer.Success("List devices", await DeviceList.FullAsync(gowa));

    private static async Task<Answer> AddAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(context, NewDevice, cancellationToken);
        var id = body.Text("device_id") is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        var webhook = new SlotWebhook(
            body.Text("webhook_url"), body.Text("webhook_secret"), body.Text("webhook_events"), body.Boolean("webhook_insecure_skip_verify"));
        var slot = await gowa.Slots.AddAsync(id, webhook);
        gowa.Log.Info($"[DEVICE_MANAGER] created device placeholder {id}");

        var result = GoJson.Struct(
            ("created_at", GoTime.Nano(slot.CreatedAt)), ("display_name", ""), ("id", id), ("jid", ""), ("state", slot.State));
        if (webhook.Url.Length > 0)
        {
            result["webhook_events"] = webhook.Events;
            result["webhook_insecure_skip_verify"] = webhook.InsecureSkipVerify;
            result["webhook_secret"] = webhook.Secret;
            result["webhook_url"] = webhook.Url;
        }

        return Answer.Success("Device added", result);
    }

    private static async Task<Answer> GetAsync(Gowa gowa, RequestContext context) =>
        Answer.Success("Device info", await DeviceList.DescribeAsync(await RequireAsync(gowa, context)));

    private static async Task<Answer> RemoveAsync(Gowa gowa, RequestContext context)
    {
        // Unknown ids get 200 as well.
        if (await gowa.Slots.FindByIdAsync(context.Parameters["device_id"]) is { } slot)
        {
            await DeviceSession.ForgetAsync(gowa, slot);
            gowa.Chats.DeleteDevice(slot.Id);
            gowa.Slots.Remove(slot);
        }

        return Answer.Success("Device removed");
    }

    /// <summary>Binds for the two routes that hide the reason: any failure is 400 "Invalid request body". A form is taken, but read as empty.</summary>
    internal static async Task<BoundBody> ReadAsync(RequestContext context, BodySpec spec, CancellationToken cancellationToken)
    {
        var type = BodyBinder.MediaType(context);
        if (type is "application/x-www-form-urlencoded" or "multipart/form-data" or "application/xml" or "text/xml")
        {
            return new BoundBody();
        }

        try
        {
            return await context.BindAsync(spec, cancellationToken);
        }
        catch (Exception exception) when (exception is ApiException or JsonException)
        {
            throw ApiException.BadRequest("Invalid request body");
        }
    }
}
