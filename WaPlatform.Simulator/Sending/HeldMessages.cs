using System.Text.Json.Nodes;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Sending;

/// <summary>
/// Messages that WhatsApp keeps for an account that is deaf: it never confirmed them, so they come again after a connect with which it hears.
/// Made before the journal is opened, which fills it.
/// </summary>
internal sealed class HeldMessages
{
    // WhatsApp lets the socket settle before it hands over what came meanwhile.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Device, IncomingMessage Message)> _held = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly IncomingMessages _incoming;
    private readonly Hearing _hearing;
    private readonly Background _background;
    private readonly TimeProvider _time;

    public HeldMessages(Journal journal, IncomingMessages incoming, Hearing hearing, Background background, TimeProvider time)
    {
        _journal = journal;
        _incoming = incoming;
        _hearing = hearing;
        _background = background;
        _time = time;
        journal.On("message-held", fact => _held[Text(fact, "id")] = (Text(fact, "device"), Read(fact)));
        journal.On("message-given", fact => _held.Remove(Text(fact, "id")));
    }

    /// <summary>Keeps a message, and gives its id.</summary>
    public string Hold(Slot slot, IncomingMessage message)
    {
        var kept = message with { Id = message.Id.Length > 0 ? message.Id : MessageIds.New() };
        lock (_gate)
        {
            _held[kept.Id] = (slot.StorageKey, kept);
        }

        _journal.Append("message-held", GoJson.Struct(
            ("id", kept.Id), ("device", slot.StorageKey), ("from", kept.From), ("chat", kept.Chat), ("type", kept.Type), ("text", kept.Text), ("name", kept.Name), ("about", kept.About)));
        return kept.Id;
    }

    /// <summary>Hands over what is kept for a slot that has just come online.</summary>
    public void Deliver(Slot slot)
    {
        lock (_gate)
        {
            if (!_held.Values.Any(held => held.Device == slot.StorageKey))
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

            foreach (var message in Take(slot.StorageKey))
            {
                _journal.Append("message-given", new JsonObject { ["id"] = message.Id });
                _incoming.Receive(slot, message);
            }
        });
    }

    private List<IncomingMessage> Take(string device)
    {
        lock (_gate)
        {
            List<IncomingMessage> taken = [.. _held.Values.Where(held => held.Device == device).Select(static held => held.Message)];
            taken.ForEach(message => _held.Remove(message.Id));
            return taken;
        }
    }

    private static IncomingMessage Read(JsonObject fact) => new()
    {
        Id = Text(fact, "id"),
        From = Text(fact, "from"),
        Chat = Text(fact, "chat"),
        Type = Text(fact, "type"),
        Text = Text(fact, "text"),
        Name = Text(fact, "name"),
        About = Text(fact, "about"),
    };

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";
}
