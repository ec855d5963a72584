namespace WaPlatform.Simulator.Groups;

internal sealed record Member(string Jid, bool IsAdmin = false, bool IsSuperAdmin = false);

/// <summary>Someone who asked to be let in.</summary>
internal sealed record JoinRequest(string Jid, DateTimeOffset At);

/// <summary>A group as one account sees it.</summary>
internal sealed record Group
{
    public required string Jid { get; init; }

    public required string Name { get; init; }

    public required string OwnerJid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset NameSetAt { get; init; }

    public required string InviteCode { get; init; }

    public string Topic { get; init; } = "";

    public DateTimeOffset? TopicSetAt { get; init; }

    public bool Locked { get; init; }

    public bool Announce { get; init; }

    public string PictureId { get; init; } = "";

    public required IReadOnlyList<Member> Members { get; init; }

    public IReadOnlyList<JoinRequest> Requests { get; init; } = [];

    public string InviteLink => "https://chat.whatsapp.com/" + InviteCode;

    public bool Has(string jid) => Members.Any(member => member.Jid == jid);

    public bool IsAdmin(string jid) => Members.Any(member => member.Jid == jid && (member.IsAdmin || member.IsSuperAdmin));
}
