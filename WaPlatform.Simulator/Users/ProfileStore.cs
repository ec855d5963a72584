using System.Text.Json.Nodes;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Users;

/// <summary>What an account shows of itself.</summary>
internal sealed record Profile(string PushName = "", string PictureId = "");

/// <summary>The accounts' own profiles, by bare JID; thread-safe.</summary>
internal sealed class ProfileStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Profile> _profiles = new(StringComparer.Ordinal);
    private readonly Journal _journal;

    public ProfileStore(Journal journal)
    {
        _journal = journal;
        journal.On("profile", fact => _profiles[Text(fact, "account")] = new Profile(Text(fact, "push_name"), Text(fact, "picture")));
    }

    public Profile Get(string account)
    {
        lock (_gate)
        {
            return _profiles.GetValueOrDefault(account) ?? new Profile();
        }
    }

    public void Change(string account, Func<Profile, Profile> change)
    {
        Profile profile;
        lock (_gate)
        {
            _profiles[account] = profile = change(_profiles.GetValueOrDefault(account) ?? new Profile());
        }

        _journal.Append("profile", new JsonObject { ["account"] = account, ["push_name"] = profile.PushName, ["picture"] = profile.PictureId });
    }

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";
}
