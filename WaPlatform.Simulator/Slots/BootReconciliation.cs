using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Slots;

/// <summary>
/// Brings slot rows and sessions together at start (gowa contract §3.4), with gowa's consequences: a lost chatstorage.db leaves one slot named by the
/// AD JID; a row that never learned its JID stands beside the session instead of holding it.
/// </summary>
internal static class BootReconciliation
{
    public static void Run(SlotRegistry slots, IReadOnlyList<Session> sessions)
    {
        var global = sessions.Count > 0 ? sessions[0] : null;
        var rows = slots.Rows;
        if (global is not null && rows.FirstOrDefault(row => IsOf(row, global)) is null)
        {
            Attach(slots, slots.Load(global.AdJid), global, persisted: false);
        }

        foreach (var row in rows)
        {
            var slot = slots.Load(row.Id);
            slot.Webhook = row.Webhook;
            slot.DisplayName = row.DisplayName;
            if (sessions.FirstOrDefault(session => IsOf(row, session)) is { } own)
            {
                Attach(slots, slot, own, persisted: true);
            }
        }

        foreach (var session in sessions.Skip(1).Where(session => !slots.Snapshot.Any(slot => slot.AdJid == session.AdJid)))
        {
            var orphan = slots.Snapshot.FirstOrDefault(static slot => slot.AdJid.Length == 0);
            Attach(slots, orphan ?? slots.Load(session.Jid), session, persisted: true);
        }
    }

    private static bool IsOf(SlotRow row, Session session) =>
        row.AdJid == session.AdJid || (row.AdJid.Length == 0 && row.Jid == session.Jid);

    private static void Attach(SlotRegistry slots, Slot slot, Session session, bool persisted)
    {
        slot.AdJid = session.AdJid;
        slot.Jid = session.Jid;
        slot.DisplayName = session.PushName;
        slot.Persisted = persisted;
        slots.Save(slot);
    }
}
