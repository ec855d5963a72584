using System.Text.Json.Nodes;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Webhooks;

namespace WaPlatform.Simulator.Sending;

/// <summary>
/// Receipts that WhatsApp holds for an account whose process died with the send, or which is deaf: handed over, once, after its next connect. A process that was
/// killed between ledger and row noted nothing; the ledger alone tells of its last sends.
/// Made before the journal is opened, which fills it.
/// </summary>
internal sealed class OwedReceipts
{
    // WhatsApp lets the socket settle before it hands over what came meanwhile.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Owed> _owed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private readonly LedgerTail _sentBefore;
    private readonly Journal _journal;
    private readonly ChatStore _chats;
    private readonly WebhookSender _webhooks;
    private readonly Hearing _hearing;
    private readonly Background _background;
    private readonly TimeProvider _time;

    /// <param name="sentBefore">The last lines of the ledger, as they were before this process sent anything.</param>
    public OwedReceipts(Journal journal, ChatStore chats, LedgerTail sentBefore, WebhookSender webhooks, Hearing hearing, Background background, TimeProvider time)
    {
        _journal = journal;
        _chats = chats;
        _sentBefore = sentBefore;
        _webhooks = webhooks;
        _hearing = hearing;
        _background = background;
        _time = time;
        journal.On("receipt-owed", fact => _owed[Text(fact, "id")] = new Owed(Text(fact, "device"), Text(fact, "chat")));
        journal.On("receipt-given", fact =>
        {
            _owed.Remove(Text(fact, "id"));
            _given.Add(Text(fact, "id"));
        });
    }

    /// <summary>Writes down that the recipient's phone has the message and nobody was there to hear of it.</summary>
    public void Add(Slot slot, string chat, string id)
    {
        lock (_gate)
        {
            _owed[id] = new Owed(slot.StorageKey, chat);
        }

        _journal.Append("receipt-owed", new JsonObject { ["device"] = slot.StorageKey, ["chat"] = chat, ["id"] = id });
    }

    /// <summary>Hands over what is owed to a slot that has just come online.</summary>
    public void Deliver(Slot slot)
    {
        AddUnstored(slot);
        lock (_gate)
        {
            if (!_owed.Values.Any(owed => owed.DeviceId == slot.StorageKey))
            {
                return;
            }
        }

        _background.Run(async stopping =>
        {
            await Task.Delay(Delay, _time, stopping);
            if (!slot.Connected || _hearing.IsDeaf)
            {
                // The next connect comes here again.
                return;
            }

            foreach (var (id, chat) in Take(slot.StorageKey))
            {
                _journal.Append("receipt-given", new JsonObject { ["id"] = id });
                _webhooks.EmitReceipt(slot, chat, chat, [id], "delivered");
            }
        });
    }

    // What came after the last send that has a row: an earlier one without a row had one, and it was deleted.
    private void AddUnstored(Slot slot)
    {
        var unstored = _sentBefore.Take(slot.Phone);
        lock (_gate)
        {
            unstored.RemoveRange(0, unstored.FindLastIndex(line => _chats.Message(slot.StorageKey, line.Id) is not null) + 1);
            unstored.RemoveAll(line => _given.Contains(line.Id) || _owed.ContainsKey(line.Id));
        }

        unstored.ForEach(line => Add(slot, line.To, line.Id));
    }

    private List<(string Id, string Chat)> Take(string deviceId)
    {
        lock (_gate)
        {
            List<(string Id, string Chat)> taken = [.. _owed.Where(pair => pair.Value.DeviceId == deviceId).Select(static pair => (pair.Key, pair.Value.Chat))];
            taken.ForEach(item => _owed.Remove(item.Id));
            return taken;
        }
    }

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";

    private sealed record Owed(string DeviceId, string Chat);
}
