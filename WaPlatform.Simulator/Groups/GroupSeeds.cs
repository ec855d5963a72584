using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Groups;

/// <summary>The two groups that every account finds itself in: one of its own, one of somebody else's.</summary>
internal static class GroupSeeds
{
    public const string Owned = "120363025246125486@g.us";
    public const string Joined = "120363024512399999@g.us";

    private static readonly DateTimeOffset Founded = new(2024, 1, 15, 10, 30, 0, TimeSpan.Zero);

    public static IEnumerable<Group> For(string account)
    {
        var book = Contact.Book;
        yield return new Group
        {
            Jid = Owned,
            Name = "Sunday football",
            Topic = "Pitch 3, ten o'clock",
            TopicSetAt = Founded,
            OwnerJid = account,
            CreatedAt = Founded,
            NameSetAt = Founded,
            InviteCode = "HnK3sunday0football0q7",
            Members = [new Member(account, true, true), new Member(book[0].Jid), new Member(book[1].Jid, IsAdmin: true)],
            Requests = [new JoinRequest(book[3].Jid, Founded.AddDays(71))],
        };
        yield return new Group
        {
            Jid = Joined,
            Name = "Market news",
            OwnerJid = book[4].Jid,
            CreatedAt = Founded.AddDays(30),
            NameSetAt = Founded.AddDays(30),
            InviteCode = "Bv9market0news0kiosk0w",
            Announce = true,
            Members = [new Member(book[4].Jid, true, true), new Member(book[2].Jid), new Member(account)],
        };
    }
}
