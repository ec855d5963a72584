using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Pairing;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Slots;

/// <summary>Webhook settings of one slot; all empty means the global ones hold.</summary>
internal sealed record SlotWebhook(string Url = "", string Secret = "", string Events = "", bool InsecureSkipVerify = false);

/// <summary>
/// One device slot: its name, the account it holds, and how its socket to WhatsApp stands (gowa contract §4.3, §4.4).
/// </summary>
internal sealed class Slot(string id, DateTimeOffset createdAt, Hearing hearing)
{
    public string Id { get; } = id;

    /// <summary>When this process loaded or made the slot; gowa forgets the stored time.</summary>
    public DateTimeOffset CreatedAt { get; } = createdAt;

    /// <summary>Bare JID of the account, "" while unpaired.</summary>
    public string Jid { get; set; } = "";

    /// <summary>JID with the device number, "" while unpaired.</summary>
    public string AdJid { get; set; } = "";

    public string DisplayName { get; set; } = "";

    public SlotWebhook Webhook { get; set; } = new();

    /// <summary>False for an in-memory entry that no row of chatstorage.db backs.</summary>
    public bool Persisted { get; set; } = true;

    /// <summary>A client object exists: something has tried to log in or connect since the process started (real.md §3.1.10).</summary>
    public bool HasClient { get; set; }

    /// <summary>The client was made by the boot auto-connect, so its remote-logout event names the AD JID.</summary>
    public bool ClientFromBoot { get; set; }

    /// <summary>The socket to WhatsApp is up.</summary>
    public bool Connected { get; set; }

    /// <summary>What a status says: a socket that only shows a QR does not count, although <see cref="State"/> calls it connected (gowa contract §4.4).</summary>
    public bool IsConnected => Connected && HasSession;

    /// <summary>Sticky: stays true while the network is down.</summary>
    public bool LoggedIn { get; set; }

    /// <summary>The QR or code on offer, while one is.</summary>
    public PairingOffer? Pairing { get; set; }

    /// <summary>Paired a moment ago and not connected yet: the session is saved, the row does not know it (gowa contract §7.3).</summary>
    public Session? JustPaired { get; set; }

    /// <summary>A session of this slot exists in whatsapp.db and the slot knows it.</summary>
    public bool HasSession => AdJid.Length > 0;

    /// <summary>Digits of the account; "" while unpaired.</summary>
    public string Phone => Jid.Length == 0 ? "" : Jid[..Jid.IndexOf('@', StringComparison.Ordinal)];

    /// <summary>Key of this slot's chats and messages in chatstorage.db.</summary>
    public string StorageKey => Jid.Length == 0 ? Id : Jid;

    /// <summary>Held over the whole of a dial.</summary>
    public GoRwLock ClientLock { get; } = new();

    public GoRwLock SlotLock { get; } = new();

    /// <summary>disconnected, connected or logged_in.</summary>
    public string State => LoggedIn ? "logged_in" : Connected ? "connected" : "disconnected";

    /// <summary>Reads the state as gowa does: holds the slot while it waits for a pending dial to end.</summary>
    public async Task WaitForClientAsync()
    {
        using (await SlotLock.WriteAsync())
        using (await ClientLock.ReadAsync())
        {
        }
    }

    /// <summary>
    /// What gowa checks before it talks to WhatsApp: 500 INVALID_WA_CLI without a client, 401 with the socket down, 401 when not logged in.
    /// Waits out a pending dial, and for WhatsApp's answer: 504 when there is none.
    /// </summary>
    public async Task RequireOnlineAsync()
    {
        using (await SlotLock.ReadAsync())
        {
            if (!HasClient)
            {
                throw ApiException.InvalidClient();
            }
        }

        using (await ClientLock.ReadAsync())
        {
            if (!Connected)
            {
                throw ApiException.NotConnected();
            }

            if (!LoggedIn)
            {
                throw ApiException.NotLoggedIn();
            }
        }

        await hearing.AnswerAsync();
    }
}
