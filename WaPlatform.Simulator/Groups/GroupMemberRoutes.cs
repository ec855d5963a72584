using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Groups;

/// <summary>Who is in a group, who rules it and who asked to be let in.</summary>
internal static class GroupMemberRoutes
{
    private static readonly BodySpec MembersBody = new BodySpec("group.ParticipantRequest").Text("group_id").Texts("participants");
    private static readonly BodySpec RequestsBody = new BodySpec("group.GroupRequestParticipantsRequest").Text("group_id").Texts("participants");

    private delegate Group MemberChange(Group group, IReadOnlyList<string> jids);

    public static void AddGroupMemberRoutes(this RouteTable routes, GroupStore groups)
    {
        Members("/group/participants", "Success add participants", Add);
        Members("/group/participants/remove", "Success delete participants", Remove);
        Members("/group/participants/promote", "Success promote participants", static (group, jids) => Rank(group, jids, admin: true));
        Members("/group/participants/demote", "Success demote participants", static (group, jids) => Rank(group, jids, admin: false));
        routes.Get("/group/participant-requests", (context, _) => ListRequestsAsync(groups, context));
        Requests("/group/participant-requests/approve", "approve", Add);
        Requests("/group/participant-requests/reject", "reject", static (group, _) => group);

        void Members(string path, string done, MemberChange change) =>
            routes.Post(path, (context, cancellationToken) => ChangeMembersAsync(groups, context, done, change, cancellationToken));

        void Requests(string path, string action, MemberChange change) =>
            routes.Post(path, (context, cancellationToken) => AnswerRequestsAsync(groups, context, action, change, cancellationToken));
    }

    private static async Task<Answer> ChangeMembersAsync(
        GroupStore groups, RequestContext context, string done, MemberChange change, CancellationToken cancellationToken)
    {
        var (account, id, jids) = await ReadAsync(context, MembersBody, cancellationToken);
        groups.Change(account, id, group => change(group, jids));
        return Answer.Success(done, GoJson.List(jids, static jid => Status(jid, true, "Action success")));
    }

    private static async Task<Answer> AnswerRequestsAsync(
        GroupStore groups, RequestContext context, string action, MemberChange change, CancellationToken cancellationToken)
    {
        var (account, id, jids) = await ReadAsync(context, RequestsBody, cancellationToken);
        var asked = groups.Get(account, id).Requests.Select(static request => request.Jid).Where(jids.Contains).ToHashSet();
        groups.Change(account, id, group => change(group, [.. asked]) with
        {
            Requests = [.. group.Requests.Where(request => !asked.Contains(request.Jid))],
        });
        return Answer.Success($"Success {action} requested participants", GoJson.List(jids, jid => asked.Contains(jid)
            ? Status(jid, true, $"Action {action} success")
            : Status(jid, false, $"Action {action} failed (code 404)")));
    }

    private static async Task<Answer> ListRequestsAsync(GroupStore groups, RequestContext context)
    {
        var (account, id) = await GroupRoutes.NamedGroupAsync(context);
        var requests = groups.Get(account, id).Requests;

        // Go's nil slice: null rather than an empty list.
        return Answer.Success("Success getting list requested participants", requests.Count == 0 ? null : GoJson.List(requests, static request => GoJson.Struct(
            ("jid", Jids.Lid(request.Jid)), ("phone_number", Jids.Number(request.Jid)), ("display_name", Contact.NameOf(request.Jid)),
            ("requested_at", GoTime.Seconds(request.At)))));
    }

    private static async Task<(string Account, string Id, IReadOnlyList<string> Jids)> ReadAsync(
        RequestContext context, BodySpec spec, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(spec, cancellationToken);
        var id = Jids.Sanitize(body.Text("group_id"));
        new Rules().Required("group_id", id).Each("participants", body.Texts("participants")).Throw();
        var account = await context.OnlineAccountAsync();

        return (account, id, [.. body.Texts("participants").Select(RecipientExtensions.RequireUser)]);
    }

    private static Group Add(Group group, IReadOnlyList<string> jids) =>
        group with { Members = [.. group.Members, .. jids.Where(jid => !group.Has(jid)).Distinct().Select(static jid => new Member(jid))] };

    private static Group Remove(Group group, IReadOnlyList<string> jids) =>
        group with { Members = [.. group.Members.Where(member => !jids.Contains(member.Jid))] };

    private static Group Rank(Group group, IReadOnlyList<string> jids, bool admin) =>
        group with { Members = [.. group.Members.Select(member => jids.Contains(member.Jid) && !member.IsSuperAdmin ? member with { IsAdmin = admin } : member)] };

    private static JsonObject Status(string jid, bool ok, string message) =>
        GoJson.Struct(("participant", jid), ("status", ok ? "success" : "error"), ("message", message));
}
