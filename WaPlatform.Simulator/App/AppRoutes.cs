using WaPlatform.Simulator.Devices;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Pairing;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.App;

/// <summary><c>/app/login</c>, <c>/app/logout</c>, <c>/app/reconnect</c>, <c>/app/status</c> and <c>/app/devices</c>.</summary>
internal static class AppRoutes
{
    private const int MaximumDigits = 15;

    public static void AddAppRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/app/login", (context, cancellationToken) => LoginAsync(gowa, context, context.Slot, cancellationToken));
        routes.Get("/app/login-with-code", (context, cancellationToken) => CodeAsync(gowa, context, cancellationToken));
        routes.Get("/app/logout", (context, cancellationToken) => LogoutAsync(gowa, context.Slot, cancellationToken));
        routes.Get("/app/reconnect", (context, cancellationToken) => ReconnectAsync(gowa, context, cancellationToken));
        routes.Get("/app/devices", async (_, _) => Answer.Success("Fetch device success", await DeviceList.ShortAsync(gowa)));
        routes.Get("/app/status", (context, _) => StatusAsync(context.Slot));
    }

    internal static async Task<Answer> LoginAsync(Gowa gowa, RequestContext context, Slot slot, CancellationToken cancellationToken)
    {
        var file = await gowa.Desk.ShowQrAsync(slot, cancellationToken);
        return Answer.Success("Login success", GoJson.Map(
            ("device_id", slot.Id),
            ("qr_duration", QrShow.FirstFileSeconds),
            ("qr_link", context.Link(gowa.Settings.BasePath, file))));
    }

    /// <exception cref="ApiException">400: blank, or not <c>^\+?[0-9]{1,15}$</c>.</exception>
    internal static void CheckPhone(string phone)
    {
        if (phone.Length == 0)
        {
            throw ApiException.Validation("phone_number(): cannot be blank");
        }

        var digits = phone[0] == '+' ? phone[1..] : phone;
        if (digits.Length is 0 or > MaximumDigits || !digits.All(char.IsAsciiDigit))
        {
            throw ApiException.Validation($"phone_number({phone}): must be in a valid format");
        }
    }

    /// <exception cref="ApiException">500: the slot is not paired, or the dial failed.</exception>
    internal static async Task ReconnectAsync(Gowa gowa, Slot slot, CancellationToken cancellationToken)
    {
        await gowa.Slots.EnsureClientAsync(slot);
        if (!slot.HasSession)
        {
            throw ApiException.Internal($"device {slot.Id} is not logged in (session deleted)");
        }

        await gowa.Connector.DisconnectAsync(slot);
        if (await gowa.Connector.ConnectAsync(slot, cancellationToken) is { } error)
        {
            gowa.Log.Error($"[RECONNECT][{slot.Id}] Reconnect failed: {error}");
            throw ApiException.Internal(error);
        }
    }

    private static async Task<Answer> CodeAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        CheckPhone(context.Query("phone"));
        var code = await gowa.Desk.MakeCodeAsync(context.Slot, context.Query("phone"), cancellationToken);
        return Answer.Success("Login with code success", GoJson.Map(("device_id", context.Slot.Id), ("pair_code", code)));
    }

    private static async Task<Answer> LogoutAsync(Gowa gowa, Slot slot, CancellationToken cancellationToken)
    {
        await DeviceSession.ForgetAsync(gowa, slot);
        await gowa.Hub.BroadcastAsync("DEVICE_LOGGED_OUT", $"Device {slot.Id} logged out (slot kept)",
            GoJson.Map(("device_id", slot.Id), ("devices", await DeviceList.ShortAsync(gowa))), cancellationToken);
        return Answer.Success("Success logout", GoJson.Map(("device_id", slot.Id)));
    }

    private static async Task<Answer> ReconnectAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        await ReconnectAsync(gowa, context.Slot, cancellationToken);
        return Answer.Success("Reconnect success", GoJson.Map(("device_id", context.Slot.Id)));
    }

    private static async Task<Answer> StatusAsync(Slot slot)
    {
        await slot.WaitForClientAsync();
        return Answer.Success("Connection status retrieved", GoJson.Map(
            ("device_id", slot.Id), ("is_connected", slot.IsConnected), ("is_logged_in", slot.LoggedIn), ("jid", slot.Jid)));
    }
}
