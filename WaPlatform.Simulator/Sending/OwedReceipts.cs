using System.Text.Json.Nodes;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Webhooks;

namespace WaPlatform.Simulator.Sending;

/// <summary>
/// Receipts that WhatsApp holds for an account whose process died with the send: handed over, once, after its next connect.
/// Made before the journal is opened, which fills it.
/// </summary>
internal sealed class OwedReceipts
{
    // WhatsApp lets the socket settle before it hands over what came meanwhile.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Owed> _owed = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly WebhookSender _webhooks;
    private readonly Background _background;
    private readonly TimeProvider _time;

    public OwedReceipts(Journal journal, WebhookSender webhooks, Background background, TimeProvider time)
    {
        _journal = journal;
        _webhooks = webhooks;
        _background = background;
        _time = time;
        journal.On("receipt-owed", fact => _owed[Text(fact, "id")] = new Owed(Text(fact, "device"), Text(fact, "chat")));
        journal.On("receipt-given", fact => _owed.Remove(Text(fact, "id")));
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
            if (!slot.Connected)
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
