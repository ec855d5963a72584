using WaPlatform.Simulator.Chatwoot;
using WaPlatform.Simulator.Chats;
using WaPlatform.Simulator.Groups;
using WaPlatform.Simulator.Messages;
using WaPlatform.Simulator.Newsletters;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator;

/// <summary>What lies on WhatsApp's side of an account, and gowa's notes of it. Made before the journal is opened, which fills it.</summary>
internal sealed class World(Journal journal, TimeProvider time)
{
    public ProfileStore Profiles { get; } = new(journal);

    public GroupStore Groups { get; } = new(journal, time);

    public NewsletterStore Newsletters { get; } = new(journal);

    public ReactionStore Reactions { get; } = new(journal);

    public ChatHistory History { get; } = new(journal, time);

    public ChatwootStore Chatwoot { get; } = new(journal, time);
}
