using System.Text.Json.Nodes;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Slots;

/// <summary>
/// The slots of the process and their rows in chatstorage.db. <see cref="ManagerLock"/> is gowa's device-manager lock: whoever finds or adds a slot
/// takes it, which is how a dial can come to block /health (real.md §3.1.4).
/// </summary>
internal sealed class SlotRegistry
{
    private readonly Lock _gate = new();
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<string, SlotRow> _rows = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly Hearing _hearing;
    private readonly TimeProvider _time;

    public SlotRegistry(Journal journal, Hearing hearing, TimeProvider time)
    {
        _journal = journal;
        _hearing = hearing;
        _time = time;
        journal.On("slot", fact => _rows[SlotRow.Read(fact).Id] = SlotRow.Read(fact));
        journal.On("slot-deleted", fact => _rows.Remove(fact["id"]?.GetValue<string>() ?? ""));
    }

    public GoRwLock ManagerLock { get; } = new();

    /// <summary>Rows as found in chatstorage.db, oldest first.</summary>
    public IReadOnlyList<SlotRow> Rows => [.. _rows.Values];

    /// <summary>Slots by age, without waiting for any lock of gowa's.</summary>
    public IReadOnlyList<Slot> Snapshot
    {
        get
        {
            lock (_gate)
            {
                return [.. _slots];
            }
        }
    }

    public async Task<IReadOnlyList<Slot>> ListAsync()
    {
        using (await ManagerLock.ReadAsync())
        {
            return Snapshot;
        }
    }

    /// <summary>By slot id alone, as the <c>/devices/:id</c> routes look it up.</summary>
    public async Task<Slot?> FindByIdAsync(string id)
    {
        using (await ManagerLock.ReadAsync())
        {
            return Snapshot.FirstOrDefault(slot => slot.Id == id);
        }
    }

    /// <summary>What a request means: slot id, then AD JID, then bare JID; null when unknown.</summary>
    public async Task<Slot?> ResolveAsync(string given)
    {
        using (await ManagerLock.ReadAsync())
        {
            var slots = Snapshot;
            if (slots.FirstOrDefault(slot => slot.Id == given) is { } byId)
            {
                return byId;
            }

            foreach (var slot in slots)
            {
                using (await slot.SlotLock.ReadAsync())
                {
                    if (slot.AdJid.Length > 0 && (slot.AdJid == given || slot.Jid == given))
                    {
                        return slot;
                    }
                }
            }

            return null;
        }
    }

    /// <summary>Adds a slot and its row.</summary>
    /// <exception cref="ApiException">500: the id is taken.</exception>
    public async Task<Slot> AddAsync(string id, SlotWebhook webhook)
    {
        using (await ManagerLock.WriteAsync())
        {
            if (Snapshot.Any(slot => slot.Id == id))
            {
                throw ApiException.Internal($"device {id} already exists");
            }

            var slot = Load(id);
            slot.Webhook = webhook;
            Save(slot);
            return slot;
        }
    }

    /// <summary>Puts a slot into memory only.</summary>
    public Slot Load(string id)
    {
        var slot = new Slot(id, _time.GetUtcNow(), _hearing);
        lock (_gate)
        {
            _slots.Add(slot);
        }

        return slot;
    }

    /// <summary>gowa's EnsureClient: under the manager's and the slot's lock, so it queues behind a status that waits for a dial.</summary>
    public async Task EnsureClientAsync(Slot slot, bool fromBoot = false)
    {
        using (await ManagerLock.WriteAsync())
        using (await slot.SlotLock.WriteAsync())
        {
            if (!slot.HasClient)
            {
                slot.HasClient = true;
                slot.ClientFromBoot = fromBoot;
            }
        }
    }

    /// <summary>Writes the slot's row.</summary>
    public void Save(Slot slot)
    {
        if (slot.Persisted)
        {
            _journal.Append("slot", SlotRow.From(slot).Write());
        }
    }

    public void Remove(Slot slot)
    {
        lock (_gate)
        {
            _slots.Remove(slot);
        }

        _journal.Append("slot-deleted", new JsonObject { ["id"] = slot.Id });
    }
}

/// <summary>A row of the <c>devices</c> table.</summary>
internal sealed record SlotRow(string Id, string Jid, string AdJid, string DisplayName, SlotWebhook Webhook)
{
    public static SlotRow From(Slot slot) => new(slot.Id, slot.Jid, slot.AdJid, slot.DisplayName, slot.Webhook);

    public static SlotRow Read(JsonObject fact) => new(
        Text(fact, "id"), Text(fact, "jid"), Text(fact, "ad_jid"), Text(fact, "name"),
        new SlotWebhook(Text(fact, "url"), Text(fact, "secret"), Text(fact, "events"), fact["insecure"]?.GetValue<bool>() ?? false));

    public JsonObject Write() => GoJson.Struct(
        ("id", Id), ("jid", Jid), ("ad_jid", AdJid), ("name", DisplayName),
        ("url", Webhook.Url), ("secret", Webhook.Secret), ("events", Webhook.Events), ("insecure", Webhook.InsecureSkipVerify));

    private static string Text(JsonObject fact, string name) => fact[name]?.GetValue<string>() ?? "";
}
