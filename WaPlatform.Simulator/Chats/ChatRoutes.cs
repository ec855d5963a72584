using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Chats;

/// <summary>Stored chats and messages: read from gowa's own store, so they answer offline too (gowa contract §4.6).</summary>
internal static class ChatRoutes
{
    private const int UsualChats = 25;
    private const int UsualMessages = 50;
    private const int Largest = 100;

    public static void AddChatRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/chats", (context, _) => ListAsync(gowa, context));
        routes.Get("/chat/:chat_jid/messages", (context, _) => MessagesAsync(gowa, context));
        routes.AddChatSettingRoutes(gowa);
    }

    /// <summary>Key of the slot's rows. Waits like gowa for whoever holds the slot, a status poll during a dial for one.</summary>
    public static async Task<string> StorageKeyAsync(this Gowa gowa, Slot slot)
    {
        using (await slot.SlotLock.ReadAsync())
        {
            gowa.World.History.Sync(gowa.Chats, slot);
            return slot.StorageKey;
        }
    }

    /// <summary>The chat of the path, percent-decoded: the one path parameter that gowa decodes.</summary>
    public static string ChatJid(this RequestContext context)
    {
        var raw = context.Parameters["chat_jid"];
        for (var at = raw.IndexOf('%', StringComparison.Ordinal); at >= 0; at = raw.IndexOf('%', at + 1))
        {
            var escape = raw.AsSpan(at, Math.Min(3, raw.Length - at));
            if (escape.Length < 3 || !char.IsAsciiHexDigit(escape[1]) || !char.IsAsciiHexDigit(escape[2]))
            {
                throw ApiException.BadRequest($"invalid chat_jid path parameter: invalid URL escape \"{escape}\"");
            }
        }

        return Uri.UnescapeDataString(raw);
    }

    private static async Task<Answer> ListAsync(Gowa gowa, RequestContext context)
    {
        var (limit, offset) = Page(context, UsualChats);
        var key = await gowa.StorageKeyAsync(context.Slot);

        var search = context.Query("search");
        var chats = gowa.Chats.Chats(key)
            .Where(chat => search.Length == 0 || NameOf(chat).Contains(search, StringComparison.OrdinalIgnoreCase))
            .Where(chat => !IsTrue(context, "has_media") || gowa.Chats.Messages(key, chat.Jid).Any(static message => message.MediaType.Length > 0))
            .Where(chat => context.Query("archived").Length == 0 || chat.Archived == IsTrue(context, "archived"))
            .ToList();
        return Answer.Success("Success get chat list", GoJson.Struct(
            ("data", GoJson.List(chats.Skip(offset).Take(limit), Chat)), ("pagination", Pagination(limit, offset, chats.Count))));
    }

    private static async Task<Answer> MessagesAsync(Gowa gowa, RequestContext context)
    {
        var jid = context.ChatJid();
        var (limit, offset) = Page(context, UsualMessages);
        var key = await gowa.StorageKeyAsync(context.Slot);
        if (gowa.Chats.Chat(key, jid) is not { } chat)
        {
            // Names of contacts come with the session.
            return Messages([], Pagination(limit, offset, 0), Chat(jid, context.Slot.HasSession ? Contact.NameOf(jid) : Jids.Number(jid), "", 0, "", "", false));
        }

        var (from, until) = (Time(context, "start_time"), Time(context, "end_time"));
        var search = context.Query("search");
        var all = gowa.Chats.Messages(key, jid);
        var found = all
            .Where(message => from is null || message.Timestamp >= from)
            .Where(message => until is null || message.Timestamp <= until)
            .Where(message => !IsTrue(context, "media_only") || message.MediaType.Length > 0)
            .Where(message => context.Query("is_from_me").Length == 0 || message.IsFromMe == IsTrue(context, "is_from_me"))
            .Where(message => message.Content.Contains(search, StringComparison.OrdinalIgnoreCase));
        var data = GoJson.List(found.Skip(offset).Take(limit), message => ChatMessageJson.Write(message, gowa.World.Reactions.Of(key, message.Id)));
        return Messages(data, Pagination(limit, offset, all.Count), Chat(chat));
    }

    private static Answer Messages(JsonArray data, JsonObject pagination, JsonObject chat) =>
        Answer.Success("Success get chat messages", GoJson.Struct(("data", data), ("pagination", pagination), ("chat_info", chat)));

    private static (int Limit, int Offset) Page(RequestContext context, int usual)
    {
        var (limit, offset) = (context.QueryInt("limit", usual), context.QueryInt("offset", 0));
        new Rules().Min("limit", limit, 1).Max("limit", limit, Largest).Min("offset", offset, 0).Throw();
        return (limit == 0 ? usual : limit, offset);
    }

    private static DateTimeOffset? Time(RequestContext context, string name)
    {
        var text = context.Query(name);
        if (text.Length == 0)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw ApiException.Internal(
                $"invalid {name} format: parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"");
    }

    private static bool IsTrue(RequestContext context, string name) => context.Query(name).ToLowerInvariant() is "true" or "1" or "t";

    private static string NameOf(ChatRow chat) => chat.Name.Length > 0 ? chat.Name : Contact.NameOf(chat.Jid);

    private static JsonObject Chat(ChatRow chat) => Chat(
        chat.Jid, NameOf(chat), GoTime.Seconds(chat.LastMessageTime), chat.EphemeralExpiration,
        GoTime.Seconds(chat.CreatedAt), GoTime.Seconds(chat.UpdatedAt), chat.Archived);

    private static JsonObject Chat(string jid, string name, string last, long ephemeral, string created, string updated, bool archived) => GoJson.Struct(
        ("jid", jid), ("name", name), ("last_message_time", last), ("ephemeral_expiration", ephemeral),
        ("created_at", created), ("updated_at", updated), ("archived", archived));

    private static JsonObject Pagination(int limit, int offset, int total) =>
        GoJson.Struct(("limit", limit), ("offset", offset), ("total", total));
}
