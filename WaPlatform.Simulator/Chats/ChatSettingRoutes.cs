using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Chats;

/// <summary>Pinning, archiving and the disappearing timer of a chat.</summary>
internal static class ChatSettingRoutes
{
    private static readonly long[] Timers = [0, 86_400, 604_800, 7_776_000];

    private static readonly BodySpec PinBody = new BodySpec("chat.PinChatRequest").Boolean("pinned");
    private static readonly BodySpec TimerBody = new BodySpec("chat.SetDisappearingTimerRequest").Integer("timer_seconds");
    private static readonly BodySpec ArchiveBody = new BodySpec("chat.ArchiveChatRequest").Boolean("archived");

    public static void AddChatSettingRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Post("/chat/:chat_jid/pin", (context, cancellationToken) => PinAsync(gowa, context, cancellationToken));
        routes.Post("/chat/:chat_jid/disappearing", (context, cancellationToken) => TimerAsync(gowa, context, cancellationToken));
        routes.Post("/chat/:chat_jid/archive", (context, cancellationToken) => ArchiveAsync(gowa, context, cancellationToken));
    }

    private static async Task<Answer> PinAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var (chat, body) = await ReadAsync(context, PinBody, cancellationToken);
        await context.RecipientAsync(gowa, Jids.Sanitize(chat));

        // gowa keeps no note of pins.
        var pinned = body.Boolean("pinned");
        return Done(pinned ? "Chat pinned successfully" : "Chat unpinned successfully", chat, "pinned", pinned);
    }

    private static async Task<Answer> TimerAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var (chat, body) = await ReadAsync(context, TimerBody, cancellationToken);
        var seconds = body.Integer("timer_seconds");
        new Rules().Check("timer_seconds", Timers.Contains(seconds), "timer_seconds must be one of: 0 (off), 86400 (24h), 604800 (7d), 7776000 (90d)").Throw();
        await context.RecipientAsync(gowa, Jids.Sanitize(chat));

        await ChangeAsync(gowa, context, chat, row => row with { EphemeralExpiration = seconds });
        return Done(seconds == 0 ? "Disappearing messages disabled" : $"Disappearing messages set to {seconds} seconds", chat, "timer_seconds", seconds);
    }

    private static async Task<Answer> ArchiveAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var (chat, body) = await ReadAsync(context, ArchiveBody, cancellationToken);
        await context.RecipientAsync(gowa, Jids.Sanitize(chat));

        var archived = body.Boolean("archived");
        await ChangeAsync(gowa, context, chat, row => row with { Archived = archived });
        return Done(archived ? "Chat archived successfully" : "Chat unarchived successfully", chat, "archived", archived);
    }

    // These routes answer a body they cannot read in words of their own.
    private static async Task<(string Chat, BoundBody Body)> ReadAsync(RequestContext context, BodySpec spec, CancellationToken cancellationToken)
    {
        var chat = context.ChatJid();
        try
        {
            return (chat, await context.BindAsync(spec, cancellationToken));
        }
        catch (ApiException)
        {
            throw ApiException.BadRequest("Invalid request body");
        }
    }

    private static async Task ChangeAsync(Gowa gowa, RequestContext context, string jid, Func<ChatRow, ChatRow> change)
    {
        var key = await gowa.StorageKeyAsync(context.Slot);
        if (gowa.Chats.Chat(key, jid) is { } row)
        {
            gowa.Chats.Save(change(row));
        }
    }

    private static Answer Done(string message, string chat, string name, JsonNode value) =>
        Answer.Success(message, GoJson.Struct(("status", "success"), ("message", message), ("chat_jid", chat), (name, value)));
}
