using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Groups;

/// <summary>Groups as journal lines: each holds the whole group, the last one counts.</summary>
internal static class GroupFacts
{
    public static JsonObject Write(string account, Group group) => GoJson.Struct(
        ("account", account), ("jid", group.Jid), ("name", group.Name), ("owner", group.OwnerJid), ("created", Time(group.CreatedAt)),
        ("name_set", Time(group.NameSetAt)), ("invite", group.InviteCode), ("topic", group.Topic), ("topic_set", group.TopicSetAt is { } at ? Time(at) : ""),
        ("locked", group.Locked), ("announce", group.Announce), ("picture", group.PictureId),
        ("members", GoJson.List(group.Members, static member => GoJson.Struct(
            ("jid", member.Jid), ("admin", member.IsAdmin), ("super", member.IsSuperAdmin)))),
        ("requests", GoJson.List(group.Requests, static request => GoJson.Struct(("jid", request.Jid), ("at", Time(request.At))))));

    public static Group Read(JsonObject fact) => new()
    {
        Jid = Text(fact, "jid"),
        Name = Text(fact, "name"),
        OwnerJid = Text(fact, "owner"),
        CreatedAt = Time(fact, "created") ?? default,
        NameSetAt = Time(fact, "name_set") ?? default,
        InviteCode = Text(fact, "invite"),
        Topic = Text(fact, "topic"),
        TopicSetAt = Time(fact, "topic_set"),
        Locked = Flag(fact, "locked"),
        Announce = Flag(fact, "announce"),
        PictureId = Text(fact, "picture"),
        Members = [.. List(fact, "members").Select(static member => new Member(Text(member, "jid"), Flag(member, "admin"), Flag(member, "super")))],
        Requests = [.. List(fact, "requests").Select(static request => new JoinRequest(Text(request, "jid"), Time(request, "at") ?? default))],
    };

    private static IEnumerable<JsonObject> List(JsonObject fact, string name) => (fact[name] as JsonArray ?? []).OfType<JsonObject>();

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";

    private static bool Flag(JsonObject fact, string name) => fact[name]?.GetValue<bool>() ?? false;

    private static string Time(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(JsonObject fact, string name) =>
        DateTimeOffset.TryParse(Text(fact, name), CultureInfo.InvariantCulture, out var time) ? time : null;
}
