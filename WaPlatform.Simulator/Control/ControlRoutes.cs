using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Devices;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Sending;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Sockets;
using WaPlatform.Simulator.Webhooks;

namespace WaPlatform.Simulator.Control;

/// <summary>
/// The part of <c>/_simulator/*</c> that plays the phone and the people behind it: scan, incoming, receipt, logout, passkey, frames, ledger, state, counters.
/// </summary>
internal static class ControlRoutes
{
    public static void AddControlRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Control("POST", "scan", (context, cancellationToken) => ScanAsync(gowa, context, cancellationToken));
        routes.Control("POST", "incoming", (context, cancellationToken) => IncomingAsync(gowa, context, cancellationToken));
        routes.Control("POST", "receipt", (context, cancellationToken) => ReceiptAsync(gowa, context, cancellationToken));
        routes.Control("POST", "logout", (context, cancellationToken) => LogoutAsync(gowa, context, cancellationToken));
        routes.Control("POST", "passkey", (context, cancellationToken) => PasskeyAsync(gowa, context, cancellationToken));
        routes.Control("POST", "frames", (context, cancellationToken) => FramesAsync(gowa, context, cancellationToken));
        routes.Control("GET", "ledger", (_, _) => Task.FromResult(Answer.Success("Ledger", gowa.Ledger.Read())));
        routes.Control("GET", "counters", (_, _) => Task.FromResult(Answer.Success("Counters", gowa.Counters.Read())));
        routes.Control("GET", "state", (_, _) => Task.FromResult(Answer.Success("State", State(gowa))));
    }

    internal static void Control(this RouteTable routes, string method, string name, GowaHandler handler) =>
        routes.Map(method, "/_simulator/" + name, handler, RouteScope.Authorised, prefixed: false);

    private static async Task<Answer> ScanAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var phone = body.Text("phone");
        if (phone.Length > 0 && !Jids.IsPhone(phone.TrimStart('+')))
        {
            throw ApiException.BadRequest("phone must be 7 to 15 digits");
        }

        var slot = body.Slot(gowa, context, static slot => slot.Pairing is not null);
        if (!await gowa.Scan.ScanAsync(slot, phone, cancellationToken))
        {
            throw ApiException.BadRequest($"slot {slot.Id} shows neither a QR nor a pairing code");
        }

        return Answer.Success("Scanned", GoJson.Map(("device_id", slot.Id)));
    }

    private static async Task<Answer> IncomingAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var slot = body.Slot(gowa, context, static slot => slot.LoggedIn);
        if (!slot.Connected || !slot.LoggedIn)
        {
            throw ApiException.BadRequest($"slot {slot.Id} is not connected");
        }

        // Any event as it is, for the kinds that need no story here.
        if (body.Text("event") is { Length: > 0 } name)
        {
            gowa.Webhooks.Emit(slot, name, WebhookEvents.Sorted(body.Object("payload") ?? []), stamped: !name.StartsWith("message", StringComparison.Ordinal) || name == "message.ack");
            return Answer.Success("Emitted", GoJson.Map(("device_id", slot.Id), ("event", name)));
        }

        var from = Jids.Sanitize(body.Text("from"));
        if (from.Length == 0)
        {
            throw ApiException.BadRequest("from is required");
        }

        if (body.Text("type") == "call")
        {
            return Call(gowa, slot, from, body.Text("id"));
        }

        var message = new IncomingMessage
        {
            From = from,
            Chat = body.Text("chat") is { Length: > 0 } chat ? Jids.Sanitize(chat) : from,
            Type = body.Text("type", "text"),
            Text = body.Text("text"),
            Name = body.Text("name"),
            About = body.Text("about"),
            Id = body.Text("id"),
        };

        // A deaf number does not get it now: WhatsApp keeps it.
        var delivered = !gowa.Hearing.IsDeaf;
        var id = delivered ? gowa.Incoming.Receive(slot, message) : gowa.Held.Hold(slot, message);
        return Answer.Success(delivered ? "Received" : "Held", GoJson.Map(("delivered", delivered), ("device_id", slot.Id), ("id", id)));
    }

    private static Answer Call(Gowa gowa, Slot slot, string from, string id)
    {
        var call = id.Length > 0 ? id : Guid.NewGuid().ToString("N").ToUpperInvariant();
        gowa.Webhooks.Emit(slot, "call.offer", GoJson.Map(
            ("auto_rejected", false), ("call_id", call), ("from", from), ("from_lid", Jids.Lid(from)), ("remote_platform", "android"), ("remote_version", "2.26.1")), stamped: true);
        return Answer.Success("Calling", GoJson.Map(("device_id", slot.Id), ("id", call)));
    }

    private static async Task<Answer> ReceiptAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var ids = body.Texts("id");
        var type = body.Text("type", "delivered");
        if (ids.Count == 0 || type is not ("delivered" or "read" or "read-self"))
        {
            throw ApiException.BadRequest("id is required; type is delivered, read or read-self");
        }

        var slot = body.Slot(gowa, context, static slot => slot.LoggedIn);
        var chat = body.Text("chat") is { Length: > 0 } given
            ? Jids.Sanitize(given)
            : gowa.Chats.Message(slot.StorageKey, ids[0])?.ChatJid ?? throw ApiException.BadRequest($"there is no message {ids[0]}; name its chat");
        gowa.Webhooks.EmitReceipt(slot, chat, body.Text("from") is { Length: > 0 } from ? Jids.Sanitize(from) : chat, ids, type);
        return Answer.Success("Receipt sent", GoJson.Map(("device_id", slot.Id), ("type", type)));
    }

    private static async Task<Answer> LogoutAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var slot = body.Slot(gowa, context, static slot => slot.HasSession);
        if (!slot.HasSession)
        {
            throw ApiException.BadRequest($"slot {slot.Id} is not paired");
        }

        await DeviceSession.LogoutByPhoneAsync(gowa, slot, cancellationToken);
        return Answer.Success("Logged out", GoJson.Map(("device_id", slot.Id)));
    }

    private static async Task<Answer> PasskeyAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var confirm = body.Flag("confirm", false);
        if (!body.Flag("on", true))
        {
            gowa.Scan.PasskeyArmed = null;
            return Answer.Success("Passkey off");
        }

        if (gowa.Slots.Snapshot.Count > 0)
        {
            var slot = body.Slot(gowa, context, static slot => slot.Pairing is not null);
            if (await gowa.Scan.DemandPasskeyAsync(slot, confirm, cancellationToken))
            {
                return Answer.Success("Passkey requested", GoJson.Map(("device_id", slot.Id)));
            }
        }

        gowa.Scan.PasskeyArmed = confirm;
        return Answer.Success("Passkey armed");
    }

    private static async Task<Answer> FramesAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var (perSecond, count) = (body.Number("perSecond") ?? 100, body.Number("count") ?? 1);
        if (perSecond is not (>= 1 and <= FrameSource.MaxPerSecond) || count is not (>= 1 and <= FrameSource.MaxCount))
        {
            throw ApiException.BadRequest($"perSecond is 1 to {FrameSource.MaxPerSecond}, count 1 to {FrameSource.MaxCount}");
        }

        return gowa.Frames.TryStart((int)perSecond, (int)count) ? Answer.Success("Sending") : throw ApiException.BadRequest("frames are being sent already");
    }

    private static JsonObject State(Gowa gowa) => GoJson.Struct(
        ("pid", Environment.ProcessId),
        ("slots", GoJson.List(gowa.Slots.Snapshot, static slot => GoJson.Struct(
            ("id", slot.Id), ("jid", slot.Jid), ("ad_jid", slot.AdJid), ("has_client", slot.HasClient), ("connected", slot.Connected),
            ("logged_in", slot.LoggedIn), ("pairing", slot.Pairing is not null)))),
        ("network", GoJson.Struct(("up", gowa.Uplink.IsUp), ("dial", gowa.Uplink.IsUp ? "" : gowa.Uplink.Failure.ToString().ToLowerInvariant()))),
        ("deaf", gowa.Hearing.IsDeaf),
        ("outdated", gowa.Connector.Outdated),
        ("sends", gowa.Sender.Mode.Outcome.ToString()),
        ("faults", GoJson.Struct(("garbage", gowa.Faults.Garbage), ("ignoreSigterm", gowa.Faults.IgnoreSigterm))),
        ("sent", gowa.Ledger.Read().Count));
}
