using System.Security.Cryptography;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Groups;

/// <summary>The groups of each account, by its bare JID; thread-safe. They live on WhatsApp's side, so a logout does not touch them.</summary>
internal sealed class GroupStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, Group>> _accounts = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly TimeProvider _time;

    public GroupStore(Journal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
        journal.On("group", fact => Of(Account(fact))[fact["jid"]!.GetValue<string>()] = GroupFacts.Read(fact));
    }

    /// <summary>The groups that the account is a member of.</summary>
    public IReadOnlyList<Group> Joined(string account)
    {
        lock (_gate)
        {
            return [.. Of(account).Values.Where(group => group.Has(account))];
        }
    }

    /// <summary>A group the account is in.</summary>
    /// <exception cref="ApiException">WhatsApp's refusal, as 500.</exception>
    public Group Get(string account, string jid)
    {
        lock (_gate)
        {
            var group = Of(account).GetValueOrDefault(jid) ?? throw ApiException.Internal("that group does not exist");
            return group.Has(account) ? group : throw ApiException.Internal("you're not participating in that group");
        }
    }

    public Group ByLink(string account, string link)
    {
        var code = link[(link.LastIndexOf('/') + 1)..];
        lock (_gate)
        {
            return Of(account).Values.FirstOrDefault(group => group.InviteCode == code)
                ?? throw ApiException.Internal("that group invite link is not valid");
        }
    }

    /// <summary>Changes a group on behalf of the account; only admins may, unless <paramref name="byMember"/>.</summary>
    public Group Change(string account, string jid, Func<Group, Group> change, bool byMember = false)
    {
        Group changed;
        lock (_gate)
        {
            var group = Get(account, jid);
            if (!byMember && !group.IsAdmin(account))
            {
                throw ApiException.Internal("info query returned status 403: forbidden");
            }

            Of(account)[jid] = changed = change(group);
        }

        _journal.Append("group", GroupFacts.Write(account, changed));
        return changed;
    }

    /// <summary>Puts a group as given: a new one, or one that was joined.</summary>
    public void Put(string account, Group group)
    {
        lock (_gate)
        {
            Of(account)[group.Jid] = group;
        }

        _journal.Append("group", GroupFacts.Write(account, group));
    }

    public Group Create(string account, string name, IReadOnlyList<string> participants)
    {
        var now = _time.GetUtcNow();
        var group = new Group
        {
            Jid = $"1203634{RandomNumberGenerator.GetString("0123456789", 11)}@g.us",
            Name = name,
            OwnerJid = account,
            CreatedAt = now,
            NameSetAt = now,
            InviteCode = NewInviteCode(),
            Members = [new Member(account, true, true), .. participants.Distinct().Where(jid => jid != account).Select(static jid => new Member(jid))],
        };
        Put(account, group);
        return group;
    }

    public static string NewInviteCode() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 22);

    private static string Account(JsonObject fact) => fact["account"]!.GetValue<string>();

    private Dictionary<string, Group> Of(string account)
    {
        if (!_accounts.TryGetValue(account, out var groups))
        {
            _accounts[account] = groups = GroupSeeds.For(account).ToDictionary(static group => group.Jid);
        }

        return groups;
    }
}
