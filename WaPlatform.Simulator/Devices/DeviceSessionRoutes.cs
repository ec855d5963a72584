using WaPlatform.Simulator.App;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Devices;

/// <summary>The path variants of the session routes: <c>/devices/:id/login</c> and its like.</summary>
internal static class DeviceSessionRoutes
{
    public static void AddDeviceSessionRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/devices/:device_id/login", (context, cancellationToken) => LoginAsync(gowa, context, cancellationToken), RouteScope.Authorised);
        routes.Post("/devices/:device_id/login/code", (context, cancellationToken) => CodeAsync(gowa, context, cancellationToken), RouteScope.Authorised);
        routes.Post("/devices/:device_id/logout", (context, cancellationToken) => LogoutAsync(gowa, context, cancellationToken), RouteScope.Authorised);
        routes.Post("/devices/:device_id/reconnect", (context, cancellationToken) => ReconnectAsync(gowa, context, cancellationToken), RouteScope.Authorised);
        routes.Get("/devices/:device_id/status", (context, _) => StatusAsync(gowa, context), RouteScope.Authorised);
    }

    private static async Task<Answer> LoginAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken) =>
        await AppRoutes.LoginAsync(gowa, context, await FindOrMakeAsync(gowa, context), cancellationToken);

    private static async Task<Answer> CodeAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        AppRoutes.CheckPhone(context.Query("phone"));
        var slot = await FindOrMakeAsync(gowa, context);
        var code = await gowa.Desk.MakeCodeAsync(slot, context.Query("phone"), cancellationToken);
        return Answer.Success("Login with code started", GoJson.Map(("device_id", slot.Id), ("pair_code", code)));
    }

    private static async Task<Answer> LogoutAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var slot = await DeviceRoutes.RequireAsync(gowa, context);
        await DeviceSession.ForgetAsync(gowa, slot);
        await gowa.Hub.BroadcastAsync("DEVICE_LOGGED_OUT", $"Device {slot.Id} logged out (slot kept)",
            GoJson.Map(("device_id", slot.Id), ("devices", await DeviceList.FullAsync(gowa))), cancellationToken);
        return Answer.Success("Logout requested");
    }

    private static async Task<Answer> ReconnectAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        await AppRoutes.ReconnectAsync(gowa, await DeviceRoutes.RequireAsync(gowa, context), cancellationToken);
        return Answer.Success("Reconnect requested");
    }

    private static async Task<Answer> StatusAsync(Gowa gowa, RequestContext context)
    {
        var slot = await DeviceRoutes.RequireAsync(gowa, context);
        await slot.WaitForClientAsync();
        return Answer.Success("Device status", GoJson.Map(
            ("device_id", slot.Id), ("is_connected", slot.IsConnected), ("is_logged_in", slot.LoggedIn)));
    }

    // gowa makes an in-memory slot for an id nobody created (real.md §3.1.12); its name does not decay here as it does there.
    private static async Task<Slot> FindOrMakeAsync(Gowa gowa, RequestContext context)
    {
        var id = context.Parameters["device_id"];
        if (await gowa.Slots.FindByIdAsync(id) is { } known)
        {
            return known;
        }

        using (await gowa.Slots.ManagerLock.WriteAsync())
        {
            var slot = gowa.Slots.Load(id);
            slot.Persisted = false;
            return slot;
        }
    }
}
