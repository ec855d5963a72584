using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Messages;

internal sealed record Reaction(string SenderJid, string Emoji, bool IsFromMe, DateTimeOffset At);

/// <summary>Reactions by account and message, one for each person; thread-safe.</summary>
internal sealed class ReactionStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Account, string Message), List<Reaction>> _reactions = [];
    private readonly Journal _journal;

    public ReactionStore(Journal journal)
    {
        _journal = journal;
        journal.On("reaction", fact => Put(Text(fact, "account"), Text(fact, "message"), new Reaction(
            Text(fact, "sender"), Text(fact, "emoji"), fact["from_me"]?.GetValue<bool>() ?? false,
            DateTimeOffset.Parse(Text(fact, "at"), CultureInfo.InvariantCulture))));
    }

    public IReadOnlyList<Reaction> Of(string account, string message)
    {
        lock (_gate)
        {
            return _reactions.TryGetValue((account, message), out var reactions) ? [.. reactions] : [];
        }
    }

    /// <summary>Sets a person's reaction; an empty emoji takes it away.</summary>
    public void Set(string account, string message, Reaction reaction)
    {
        lock (_gate)
        {
            Put(account, message, reaction);
        }

        _journal.Append("reaction", new JsonObject
        {
            ["account"] = account,
            ["message"] = message,
            ["sender"] = reaction.SenderJid,
            ["emoji"] = reaction.Emoji,
            ["from_me"] = reaction.IsFromMe,
            ["at"] = reaction.At.ToString("O", CultureInfo.InvariantCulture),
        });
    }

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";

    private void Put(string account, string message, Reaction reaction)
    {
        if (!_reactions.TryGetValue((account, message), out var reactions))
        {
            _reactions[(account, message)] = reactions = [];
        }

        reactions.RemoveAll(other => other.SenderJid == reaction.SenderJid);
        if (reaction.Emoji.Length > 0)
        {
            reactions.Add(reaction);
        }
    }
}
