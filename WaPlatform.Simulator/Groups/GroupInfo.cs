using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Groups;

/// <summary>whatsmeow's GroupInfo, which gowa passes through with Go's own names.</summary>
internal static class GroupInfo
{
    public static JsonObject Write(Group group) => GoJson.Struct(
        ("JID", group.Jid), ("OwnerJID", group.OwnerJid), ("OwnerPN", ""),
        ("Name", group.Name), ("NameSetAt", Time(group.NameSetAt)), ("NameSetBy", group.OwnerJid), ("NameSetByPN", ""),
        ("Topic", group.Topic), ("TopicID", group.Topic.Length == 0 ? "" : group.InviteCode[..8].ToUpperInvariant()),
        ("TopicSetAt", Time(group.TopicSetAt)), ("TopicSetBy", group.Topic.Length == 0 ? "" : group.OwnerJid), ("TopicSetByPN", ""), ("TopicDeleted", false),
        ("IsLocked", group.Locked),
        ("IsAnnounce", group.Announce), ("AnnounceVersionID", Version(group.CreatedAt)),
        ("IsEphemeral", false), ("DisappearingTimer", 0),
        ("IsIncognito", false),
        ("IsParent", false), ("DefaultMembershipApprovalMode", ""),
        ("LinkedParentJID", ""),
        ("IsDefaultSubGroup", false),
        ("IsJoinApprovalRequired", group.Requests.Count > 0),
        ("AddressingMode", "pn"),
        ("GroupCreated", Time(group.CreatedAt)), ("CreatorCountryCode", "ID"),
        ("ParticipantVersionID", Version(group.NameSetAt)),
        ("ParticipantCount", group.Members.Count),
        ("Participants", GoJson.List(group.Members, Participant)),
        ("MemberAddMode", "admin_add"),
        ("Suspended", false));

    private static JsonObject Participant(Member member) => GoJson.Struct(
        ("JID", member.Jid), ("PhoneNumber", member.Jid), ("LID", Jids.Lid(member.Jid)),
        ("IsAdmin", member.IsAdmin), ("IsSuperAdmin", member.IsSuperAdmin), ("DisplayName", ""), ("Error", 0), ("AddRequest", null));

    private static string Version(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    // Go's zero time is the year one.
    private static string Time(DateTimeOffset? time) =>
        time is { } value ? GoTime.Seconds(value) : "0001-01-01T00:00:00Z";
}
