using System.Globalization;
using System.Text;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Groups;

/// <summary>Groups: making, joining, leaving and reading them (gowa contract §4.8).</summary>
internal static class GroupRoutes
{
    private static readonly BodySpec CreateBody = new BodySpec("group.CreateGroupRequest").Text("title").Texts("participants");
    private static readonly BodySpec JoinBody = new BodySpec("group.JoinGroupWithLinkRequest").Text("link");
    private static readonly BodySpec LeaveBody = new BodySpec("group.LeaveGroupRequest").Text("group_id");

    public static void AddGroupRoutes(this RouteTable routes, Gowa gowa)
    {
        var groups = gowa.World.Groups;
        routes.Post("/group", (context, cancellationToken) => CreateAsync(groups, context, cancellationToken));
        routes.Post("/group/join-with-link", (context, cancellationToken) => JoinAsync(groups, context, cancellationToken));
        routes.Post("/group/leave", (context, cancellationToken) => LeaveAsync(groups, context, cancellationToken));
        routes.Get("/group/info", (context, _) => InfoAsync(groups, context));
        routes.Get("/group/info-from-link", (context, _) => InfoFromLinkAsync(groups, context));
        routes.Get("/group/participants", (context, _) => MembersAsync(groups, context));
        routes.Get("/group/participants/export", (context, _) => ExportAsync(groups, context));
        routes.Get("/group/invite-link", (context, _) => InviteLinkAsync(groups, context));
        routes.AddGroupMemberRoutes(groups);
        routes.AddGroupSettingRoutes(groups, gowa.Time);
    }

    /// <summary>The slot's account, once it may talk to WhatsApp.</summary>
    public static async Task<string> OnlineAccountAsync(this RequestContext context)
    {
        await context.Slot.RequireOnlineAsync();
        return context.Slot.Jid;
    }

    private static async Task<Answer> CreateAsync(GroupStore groups, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(CreateBody, cancellationToken);
        new Rules().Required("title", body.Text("title")).Each("participants", body.Texts("participants")).Throw();
        var account = await context.OnlineAccountAsync();

        var group = groups.Create(account, body.Text("title"), [.. body.Texts("participants").Select(RecipientExtensions.RequireUser)]);
        return Answer.Success($"Success created group with id {group.Jid}", GoJson.Map(("group_id", group.Jid)));
    }

    private static async Task<Answer> JoinAsync(GroupStore groups, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(JoinBody, cancellationToken);
        new Rules().Required("link", body.Text("link")).Throw();
        var account = await context.OnlineAccountAsync();

        var group = groups.ByLink(account, body.Text("link"));
        if (!group.Has(account))
        {
            groups.Put(account, group with { Members = [.. group.Members, new Member(account)] });
        }

        return Answer.Success("Success joined group", GoJson.Map(("group_id", group.Jid)));
    }

    private static async Task<Answer> LeaveAsync(GroupStore groups, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(LeaveBody, cancellationToken);
        var id = Jids.Sanitize(body.Text("group_id"));
        new Rules().Required("group_id", id).Throw();
        var account = await context.OnlineAccountAsync();

        groups.Change(account, id, group => group with { Members = [.. group.Members.Where(member => member.Jid != account)] }, byMember: true);
        return Answer.Success("Success leave group");
    }

    private static async Task<Answer> InfoAsync(GroupStore groups, RequestContext context)
    {
        var id = Jids.Sanitize(context.Query("group_id"));
        new Rules().Required("group_id", id).Throw();
        var account = await context.OnlineAccountAsync();

        return Answer.Success("Success get group info", GroupInfo.Write(groups.Get(account, id)));
    }

    private static async Task<Answer> InfoFromLinkAsync(GroupStore groups, RequestContext context)
    {
        new Rules().Required("link", context.Query("link")).Throw();
        var account = await context.OnlineAccountAsync();

        var group = groups.ByLink(account, context.Query("link"));
        return Answer.Success("Success get group info from link", GoJson.Struct(
            ("group_id", group.Jid), ("name", group.Name), ("topic", group.Topic),
            ("created_at", GoTime.Seconds(group.CreatedAt)),
            ("participant_count", group.Members.Count), ("is_locked", group.Locked), ("is_announce", group.Announce),
            ("is_ephemeral", false), ("description", group.Topic)));
    }

    private static async Task<Answer> MembersAsync(GroupStore groups, RequestContext context)
    {
        var (account, id) = await NamedGroupAsync(context);
        var group = groups.Get(account, id);
        return Answer.Success("Success getting group participants", GoJson.Struct(
            ("group_id", group.Jid), ("name", group.Name),
            ("participants", GoJson.List(group.Members, static member => GoJson.Struct(
                ("jid", member.Jid), ("phone_number", member.Jid), ("lid", Jids.Lid(member.Jid)), ("display_name", Contact.NameOf(member.Jid)),
                ("is_admin", member.IsAdmin), ("is_super_admin", member.IsSuperAdmin))))));
    }

    private static async Task<Answer> ExportAsync(GroupStore groups, RequestContext context)
    {
        var (account, id) = await NamedGroupAsync(context);
        var csv = new StringBuilder("participant_jid,phone_number,lid,display_name,role\n");
        foreach (var member in groups.Get(account, id).Members)
        {
            var phone = Jids.Number(member.Jid);
            csv.Append(CultureInfo.InvariantCulture, $"{member.Jid},{member.Jid},{Jids.Lid(phone)},{Quoted(Contact.NameOf(member.Jid))},{Role(member)}\n");
        }

        return new Answer(200, "text/csv", Encoding.UTF8.GetBytes(csv.ToString()))
        {
            Headers = [("Content-Disposition", $"attachment; filename=\"group-{Jids.Number(id)}-participants.csv\"")],
        };
    }

    private static async Task<Answer> InviteLinkAsync(GroupStore groups, RequestContext context)
    {
        var id = Jids.Sanitize(context.Query("group_id"));
        new Rules().Required("group_id", id).Throw();
        var account = await context.OnlineAccountAsync();

        var reset = context.Query("reset") is "true" or "1" or "t" or "TRUE" or "True" or "T";
        var group = groups.Change(account, id, group => reset ? group with { InviteCode = GroupStore.NewInviteCode() } : group);
        return Answer.Success("Success get group invite link", GoJson.Struct(("invite_link", group.InviteLink), ("group_id", group.Jid)));
    }

    /// <summary>The group of the query, where a missing one is refused in words of its own.</summary>
    internal static async Task<(string Account, string Id)> NamedGroupAsync(RequestContext context)
    {
        var id = Jids.Sanitize(context.Query("group_id"));
        if (id.Length == 0)
        {
            throw new ApiException(400, "INVALID_GROUP_ID", "Group ID cannot be empty");
        }

        return (await context.OnlineAccountAsync(), id);
    }

    private static string Role(Member member) => member.IsSuperAdmin ? "superadmin" : member.IsAdmin ? "admin" : "member";

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
