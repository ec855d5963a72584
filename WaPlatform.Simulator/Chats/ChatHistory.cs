using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Chats;

/// <summary>
/// What the phone hands over after pairing: a few older messages, dated before it. gowa gets them by history sync; here they are written
/// when somebody first reads an account's chats, and once only.
/// </summary>
internal sealed class ChatHistory
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _synced = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly TimeProvider _time;

    public ChatHistory(Journal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
        journal.On("history", fact => _synced.Add(fact["account"]!.GetValue<string>()));
    }

    public void Sync(ChatStore chats, Slot slot)
    {
        var account = slot.Jid;
        lock (_gate)
        {
            if (account.Length == 0 || !_synced.Add(account))
            {
                return;
            }
        }

        var paired = _time.GetUtcNow();
        foreach (var (message, name) in Messages(account, paired.AddDays(-2)))
        {
            chats.Save(message, name);
        }

        _journal.Append("history", new JsonObject { ["account"] = account });
    }

    private static IEnumerable<(ChatMessage Message, string ChatName)> Messages(string account, DateTimeOffset at)
    {
        var (ayu, budi) = (Contact.Book[0], Contact.Book[1]);
        yield return (Text(account, "3EB0A1", ayu.Jid, ayu.Jid, ayu.Name, "Are you coming on Sunday?", at), ayu.Name);
        yield return (Text(account, "3EB0A2", ayu.Jid, account, "", "Yes, I will bring the ball.", at.AddMinutes(3)), ayu.Name);
        yield return (Text(account, "3EB0A3", ayu.Jid, ayu.Jid, ayu.Name, "The pitch", at.AddMinutes(4)) with
        {
            MediaType = "image",
            FileName = "pitch.jpeg",
            Url = "https://mmg.whatsapp.net/v/t62.7118-24/pitch.enc",
            FileLength = 48_213,
        }, ayu.Name);
        yield return (Text(account, "3EB0B1", budi.Jid, budi.Jid, budi.Name, "Invoice 17 is paid.", at.AddHours(5)), budi.Name);
        yield return (Text(account, "3EB0C1", Groups.GroupSeeds.Owned, budi.Jid, budi.Name, "Ten o'clock as always?", at.AddHours(7)), "Sunday football");
    }

    private static ChatMessage Text(string account, string id, string chat, string sender, string senderName, string content, DateTimeOffset at) => new()
    {
        DeviceId = account,

        // As long as gowa's own ids; the account keeps them apart between numbers.
        Id = id + Jids.Number(account).PadLeft(16, '0')[..16],
        ChatJid = chat,
        SenderJid = sender,
        SenderName = senderName,
        Content = content,
        Timestamp = at,
        IsFromMe = sender == account,
        CreatedAt = at,
        UpdatedAt = at,
    };
}
