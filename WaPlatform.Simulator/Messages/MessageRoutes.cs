using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Chats;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Sending;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Messages;

/// <summary>What can be done to a message that exists (gowa contract §4.6).</summary>
internal static class MessageRoutes
{
    private static readonly BodySpec RevokeBody = new BodySpec("message.RevokeRequest").Text("phone");
    private static readonly BodySpec DeleteBody = new BodySpec("message.DeleteRequest").Text("phone");
    private static readonly BodySpec ReactionBody = new BodySpec("message.ReactionRequest").Text("phone", "emoji");
    private static readonly BodySpec UpdateBody = new BodySpec("message.UpdateMessageRequest").Text("phone", "message");
    private static readonly BodySpec ReadBody = new BodySpec("message.MarkAsReadRequest").Text("phone");
    private static readonly BodySpec StarBody = new BodySpec("message.StarRequest").Text("phone");

    public static void AddMessageRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Post("/message/:message_id/reaction", (context, cancellationToken) => ReactAsync(gowa, context, cancellationToken));
        routes.Post("/message/:message_id/revoke", (context, cancellationToken) => RevokeAsync(gowa, context, cancellationToken));
        routes.Post("/message/:message_id/delete", (context, cancellationToken) => DeleteAsync(gowa, context, cancellationToken));
        routes.Post("/message/:message_id/update", (context, cancellationToken) => UpdateAsync(gowa, context, cancellationToken));
        routes.Post("/message/:message_id/read", (context, cancellationToken) => ReadAsync(gowa, context, cancellationToken));
        routes.Post("/message/:message_id/star", (context, cancellationToken) => StarAsync(gowa, context, "Starred message successfully", cancellationToken));
        routes.Post("/message/:message_id/unstar", (context, cancellationToken) => StarAsync(gowa, context, "Unstarred message successfully", cancellationToken));
        routes.AddForwardRoute(gowa);
        routes.AddDownloadRoute(gowa);
    }

    private static async Task<Answer> ReactAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(ReactionBody, cancellationToken);
        var (id, phone) = Target(context, body);
        new Rules().Required("phone", phone).Throw();
        var to = await context.RecipientAsync(gowa, phone);

        var sent = await ActAsync(gowa, context, to, "reaction", body.Text("emoji"), cancellationToken);
        if (sent.Aborted)
        {
            return Answer.Abort;
        }

        var key = await gowa.StorageKeyAsync(context.Slot);
        gowa.World.Reactions.Set(key, id, new Reaction(context.Slot.Jid, body.Text("emoji"), true, sent.At));
        return Done(sent.Id, $"Reaction sent to {phone} (server timestamp: {GoTime.Text(sent.At)})");
    }

    private static async Task<Answer> RevokeAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(RevokeBody, cancellationToken);
        var (id, phone) = Target(context, body);
        new Rules().Required("phone", phone).Throw();
        var to = await context.RecipientAsync(gowa, phone);

        var sent = await ActAsync(gowa, context, to, "revoke", id, cancellationToken);
        if (sent.Aborted)
        {
            return Answer.Abort;
        }

        await ForgetAsync(gowa, context, id);
        return Done(sent.Id, $"Revoke success {phone} (server timestamp: {GoTime.Text(sent.At)})");
    }

    private static async Task<Answer> DeleteAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(DeleteBody, cancellationToken);
        var (id, phone) = Target(context, body);
        new Rules().Required("phone", phone).Throw();
        await context.RecipientAsync(gowa, phone);

        await ForgetAsync(gowa, context, id);
        return Answer.Success("Message deleted successfully");
    }

    private static async Task<Answer> UpdateAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(UpdateBody, cancellationToken);
        var (id, phone) = Target(context, body);
        new Rules().Required("phone", phone).Required("message", body.Text("message")).Throw();
        var to = await context.RecipientAsync(gowa, phone);

        var sent = await ActAsync(gowa, context, to, "update", body.Text("message"), cancellationToken);
        if (sent.Aborted)
        {
            return Answer.Abort;
        }

        if (await StoredAsync(gowa, context, id) is { } stored)
        {
            gowa.Chats.Save(stored with { Content = body.Text("message"), UpdatedAt = sent.At });
        }

        return Done(sent.Id, $"Update message success {phone} (server timestamp: {GoTime.Text(sent.At)})");
    }

    private static async Task<Answer> ReadAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(ReadBody, cancellationToken);
        var (id, phone) = Target(context, body);
        new Rules().Required("phone", phone).Throw();
        var chat = await context.RecipientAsync(gowa, phone);

        // The receipt of a group message names its sender, which only the stored row knows.
        if (chat.EndsWith(Jids.Group, StringComparison.Ordinal) && (await StoredAsync(gowa, context, id))?.ChatJid != chat)
        {
            throw ApiException.Internal($"message with ID {id} not found for current device and chat {chat}");
        }

        return Done(id, $"Mark as read success {id}");
    }

    private static async Task<Answer> StarAsync(Gowa gowa, RequestContext context, string done, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(StarBody, cancellationToken);
        var (_, phone) = Target(context, body);
        new Rules().Required("phone", phone).Throw();
        await context.RecipientAsync(gowa, phone);

        return Answer.Success(done);
    }

    /// <summary>The answer of a send: its status line is the message too.</summary>
    internal static Answer Done(string id, string status) =>
        Answer.Success(status, GoJson.Struct(("message_id", id), ("status", status)));

    // Travels like a message but leaves no row of its own.
    private static Task<SentMessage> ActAsync(
        Gowa gowa, RequestContext context, string to, string kind, string body, CancellationToken cancellationToken) =>
        gowa.Sender.SendAsync(context.Slot, new OutgoingMessage { Kind = kind, To = to, Body = body, Stored = false }, cancellationToken);

    internal static async Task<ChatMessage?> StoredAsync(Gowa gowa, RequestContext context, string id) =>
        gowa.Chats.Message(await gowa.StorageKeyAsync(context.Slot), id);

    internal static (string Id, string Phone) Target(RequestContext context, BoundBody body) =>
        (context.Parameters["message_id"], Jids.Sanitize(body.Text("phone")));

    private static async Task ForgetAsync(Gowa gowa, RequestContext context, string id)
    {
        if (await StoredAsync(gowa, context, id) is { } stored)
        {
            gowa.Chats.Delete(stored);
        }
    }
}
