using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Groups;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Users;

/// <summary>People, and what the account sees of its own (gowa contract §4.7).</summary>
internal static class UserRoutes
{
    public static void AddUserRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Get("/user/info", (context, _) => InfoAsync(gowa, context));
        routes.Get("/user/avatar", (context, _) => AvatarAsync(gowa, context));
        routes.Get("/user/check", (context, _) => CheckAsync(context));
        routes.Get("/user/business-profile", (context, _) => BusinessProfileAsync(gowa, context));
        routes.Get("/user/my/privacy", (context, _) => PrivacyAsync(context));
        routes.Get("/user/my/groups", (context, _) => GroupsAsync(gowa, context));
        routes.Get("/user/my/newsletters", (context, _) => NewslettersAsync(gowa, context));
        routes.Get("/user/my/contacts", (context, _) => ContactsAsync(context));
        routes.AddProfileRoutes(gowa);
    }

    private static async Task<Answer> InfoAsync(Gowa gowa, RequestContext context)
    {
        var jid = await PhoneAsync(gowa, context);
        var account = context.Slot.Jid;
        var contact = Contact.Find(jid);
        var phone = Jids.Number(contact?.Jid ?? jid);
        var data = GoJson.Struct(
            ("name", contact?.Name ?? (jid == account ? gowa.World.Profiles.Get(account).PushName : "")),
            ("verified_name", contact is { Business: true } ? contact.Name : ""),
            ("status", contact?.Status ?? ""),
            ("picture_id", contact?.PictureId ?? gowa.World.Profiles.Get(jid).PictureId),
            ("devices", new JsonArray(
                Device(phone, 0, "UNKNOWN"),
                Device(phone, 7, "CHROME"))));

        return Answer.Success("Success get user info", GoJson.Struct(
            ("data", new JsonArray(data)), ("resolved_phone", phone + Jids.User), ("resolved_lid", Jids.Lid(phone))));
    }

    private static async Task<Answer> AvatarAsync(Gowa gowa, RequestContext context)
    {
        RequireBool(context, "is_preview");
        RequireBool(context, "is_community");
        var jid = await PhoneAsync(gowa, context);
        var picture = Contact.Find(jid)?.PictureId ?? gowa.World.Profiles.Get(jid).PictureId;
        if (jid.EndsWith(Jids.Group, StringComparison.Ordinal))
        {
            picture = gowa.World.Groups.Get(context.Slot.Jid, jid).PictureId;
        }

        if (picture.Length == 0)
        {
            throw ApiException.Internal("no avatar found");
        }

        return Answer.Success("Success get avatar", GoJson.Struct(
            ("url", $"https://pps.whatsapp.net/v/t61.24694-24/{picture}_n.jpg"), ("id", picture),
            ("type", context.Query("is_preview") == "true" ? "preview" : "image")));
    }

    private static async Task<Answer> CheckAsync(RequestContext context)
    {
        await context.Slot.RequireOnlineAsync();
        return Answer.Success("Success check user", GoJson.Struct(("is_on_whatsapp", Jids.IsOnWhatsApp(Jids.Sanitize(context.Query("phone"))))));
    }

    private static async Task<Answer> BusinessProfileAsync(Gowa gowa, RequestContext context)
    {
        var jid = await PhoneAsync(gowa, context);
        if (Contact.Find(jid) is not { Business: true } business)
        {
            throw ApiException.Internal("failed to get business profile: info query returned status 404: item-not-found");
        }

        string[] days = ["mon", "tue", "wed", "thu", "fri", "sat"];
        return Answer.Success("Success get business profile", GoJson.Struct(
            ("jid", business.Jid), ("email", "kiosk@example.com"), ("address", "Marktplatz 1, 80331 München"),
            ("categories", new JsonArray(GoJson.Struct(("id", "2250"), ("name", "Newsagent")))),
            ("profile_options", GoJson.Map(("commerce_experience", "none"), ("cart_enabled", "false"))),
            ("business_hours_timezone", "Europe/Berlin"),
            ("business_hours", GoJson.List(days, static day => GoJson.Struct(
                ("day_of_week", day), ("mode", "specific_hours"), ("open_time", "540"), ("close_time", "1080"))))));
    }

    private static async Task<Answer> PrivacyAsync(RequestContext context)
    {
        await context.Slot.RequireOnlineAsync();

        // gowa never fills last_seen.
        return Answer.Success("Success get privacy", GoJson.Struct(
            ("group_add", "all"), ("last_seen", ""), ("status", "contacts"), ("profile", "all"), ("read_receipts", "all")));
    }

    private static async Task<Answer> GroupsAsync(Gowa gowa, RequestContext context)
    {
        var groups = gowa.World.Groups.Joined(await context.OnlineAccountAsync());
        return Answer.Success("Success get list groups", GoJson.Struct(("data", groups.Count == 0 ? null : GoJson.List(groups, GroupInfo.Write))));
    }

    private static async Task<Answer> NewslettersAsync(Gowa gowa, RequestContext context)
    {
        var newsletters = gowa.World.Newsletters.Followed(await context.OnlineAccountAsync());
        return Answer.Success("Success get list newsletter", GoJson.Struct(
            ("data", newsletters.Count == 0 ? null : GoJson.List(newsletters, static newsletter => newsletter.Write()))));
    }

    private static async Task<Answer> ContactsAsync(RequestContext context)
    {
        await context.Slot.RequireOnlineAsync();
        return Answer.Success("Success get list contacts", GoJson.Struct(
            ("data", GoJson.List(Contact.Book, static contact => GoJson.Struct(("jid", contact.Jid), ("name", contact.Name))))));
    }

    private static async Task<string> PhoneAsync(Gowa gowa, RequestContext context)
    {
        var jid = Jids.Sanitize(context.Query("phone"));
        new Rules().Required("phone", jid).Throw();
        return await context.RecipientAsync(gowa, jid);
    }

    private static void RequireBool(RequestContext context, string name)
    {
        if (context.Query(name) is not ("" or "true" or "false" or "1" or "0" or "t" or "f" or "T" or "F" or "TRUE" or "FALSE" or "True" or "False"))
        {
            throw ApiException.Internal($"bind \"{name}\" from query: schema: error converting value for \"{name}\"");
        }
    }

    private static JsonObject Device(string phone, int number, string platform) => GoJson.Struct(
        ("User", phone), ("Agent", 0), ("Device", platform), ("Server", "s.whatsapp.net"),
        ("AD", number == 0 ? $"{phone}.0:0@s.whatsapp.net" : string.Create(CultureInfo.InvariantCulture, $"{phone}.0:{number}@s.whatsapp.net")));
}
