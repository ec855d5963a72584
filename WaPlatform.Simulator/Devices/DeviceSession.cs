using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Devices;

/// <summary>The ends of a session: by the API, by the phone (gowa contract §7.8, §8.2).</summary>
internal static class DeviceSession
{
    /// <summary>Unlinks, drops the session and the slot's identity; the slot and its chats stay.</summary>
    /// <exception cref="SessionDatabaseException">The session database is away: the slot has lost its account, the session stays (real.md §3.1.3).</exception>
    public static async Task ForgetAsync(Gowa gowa, Slot slot)
    {
        using (await slot.ClientLock.WriteAsync())
        {
            var session = slot.JustPaired?.AdJid ?? slot.AdJid;
            gowa.Connector.Forget(slot);
            if (session.Length > 0)
            {
                await gowa.Sessions.Database.DeleteAsync(session, gowa.Background.Stopping);
            }
        }

        gowa.Slots.Save(slot);
    }

    /// <summary>The owner of the phone unlinked the device.</summary>
    public static async Task LogoutByPhoneAsync(Gowa gowa, Slot slot, CancellationToken cancellationToken)
    {
        // A client made at boot was registered under the AD JID, and says so.
        var name = slot is { ClientFromBoot: true, HasSession: true } ? slot.AdJid : slot.Id;
        gowa.Log.Warning($"[REMOTE_LOGOUT] Received LoggedOut event for device {name} - user logged out from phone");
        try
        {
            await ForgetAsync(gowa, slot);
        }
        catch (SessionDatabaseException exception)
        {
            gowa.Log.WhatsAppError("Client", "Failed to delete store after 401 failure: " + exception.Message);
        }

        if (!gowa.Hearing.IsDeaf)
        {
            await gowa.Hub.BroadcastAsync("DEVICE_LOGGED_OUT", "Device logged out (slot kept)", GoJson.Struct(("device_id", name)), cancellationToken);
        }
    }
}
