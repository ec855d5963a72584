using System.Globalization;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Sending;

/// <summary><c>/send/*</c> (gowa contract §4.5).</summary>
internal static class SendRoutes
{
    private static readonly BodySpec Presence = new BodySpec("send.PresenceRequest").Text("type").Boolean("is_forwarded");
    private static readonly BodySpec ChatPresence = new BodySpec("send.ChatPresenceRequest").Text("phone", "action");

    public static void AddSendRoutes(this RouteTable routes, Gowa gowa)
    {
        foreach (var kind in SendKinds.All)
        {
            routes.Post("/send/" + kind.Name, (context, cancellationToken) => SendAsync(gowa, kind, context, cancellationToken));
        }

        routes.Post("/send/presence", (context, cancellationToken) => PresenceAsync(context, cancellationToken));
        routes.Post("/send/chat-presence", (context, cancellationToken) => ChatPresenceAsync(gowa, context, cancellationToken));
    }

    private static async Task<Answer> SendAsync(Gowa gowa, SendKind kind, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(kind.Spec, cancellationToken);
        kind.Validate(body);
        await context.Slot.RequireOnlineAsync();

        var jid = Jids.Sanitize(body.Text("phone"));
        var file = body.File(kind.Name);
        var message = new OutgoingMessage
        {
            Kind = kind.Name == "message" ? "text" : kind.Name,
            To = jid,
            Body = kind.Body(body),
            Content = kind.Content?.Invoke(body),
            MediaType = kind.MediaType,
            FileName = file?.Name ?? "",
            Url = body.Text(kind.Name + "_url"),
            FileLength = file?.Length ?? 0,
            Upload = file,
        };
        var sent = await gowa.Sender.SendAsync(context.Slot, message, cancellationToken);
        return sent.Aborted ? Answer.Abort : Done(sent.Id, string.Format(CultureInfo.InvariantCulture, kind.Success, jid) + Stamp(sent.At));
    }

    private static async Task<Answer> PresenceAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(Presence, cancellationToken);
        new Rules().In("type", body.Text("type"), "available", "unavailable").Throw();
        var slot = context.Slot;
        if (!slot.HasClient)
        {
            throw ApiException.InvalidClient();
        }

        if (slot.DisplayName.Length == 0)
        {
            throw ApiException.Internal("can't send presence without PushName set");
        }

        using (await slot.ClientLock.ReadAsync())
        {
            if (!slot.Connected)
            {
                throw ApiException.Internal("websocket not connected");
            }
        }

        return Done("presence", "Send presence success " + body.Text("type"));
    }

    private static async Task<Answer> ChatPresenceAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(ChatPresence, cancellationToken);
        var action = body.Text("action");
        new Rules().Required("phone", body.Text("phone")).Required("action", action).In("action", action, "start", "stop").Throw();
        SendChecks.Phone(body);
        await context.Slot.RequireOnlineAsync();
        var jid = Jids.Sanitize(body.Text("phone"));
        gowa.Sender.CheckAddress(jid);
        return Done("chat-presence-" + action, $"Send chat presence {action} typing success {jid}");
    }

    private static string Stamp(DateTimeOffset at) => $" (server timestamp: {GoTime.Text(at)})";

    private static Answer Done(string id, string status) =>
        Answer.Success(status, GoJson.Struct(("message_id", id), ("status", status)));
}
