using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Network;

/// <summary>Opens and closes the sockets of the slots, and brings them back after an outage (gowa contract §8.2).</summary>
internal sealed class Connector(
    Uplink uplink, Hearing hearing, StreamToken token, SimulatorSettings settings, Background background, GoLog log, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    // A cap of zero must not make a loop that spins while the dial is refused.
    private static readonly TimeSpan ShortestCap = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private readonly HashSet<Slot> _reconnecting = [];

    /// <summary>Called when a paired slot is online, under its client lock: must not wait.</summary>
    public required Action<Slot> Online { get; init; }

    /// <summary>WhatsApp refuses this client version (405).</summary>
    public bool Outdated { get; private set; }

    /// <summary>Dials under the client lock. Null = the socket stands (or WhatsApp refused the version), else Go's error text.</summary>
    public Task<string?> ConnectAsync(Slot slot, CancellationToken cancellationToken) =>
        ConnectAsync(slot, static () => { }, cancellationToken);

    /// <summary>As above; <paramref name="identify"/> gives the slot its account once the dial went through.</summary>
    public async Task<string?> ConnectAsync(Slot slot, Action identify, CancellationToken cancellationToken)
    {
        using (await slot.ClientLock.WriteAsync())
        {
            log.WhatsAppDebug($"Client-{slot.Id}/Socket", "Dialing wss://web.whatsapp.com/ws/chat");
            if (await uplink.DialAsync(cancellationToken) is { } error)
            {
                return error;
            }

            if (Outdated)
            {
                LogOutdated(slot);
                return null;
            }

            identify();
            hearing.Dialed();
            slot.Connected = true;
            if (slot.HasSession)
            {
                slot.LoggedIn = true;
                await token.ClaimAsync(slot.AdJid, cancellationToken);
                Online(slot);
            }

            return null;
        }
    }

    public async Task DisconnectAsync(Slot slot)
    {
        using (await slot.ClientLock.WriteAsync())
        {
            Cut(slot);
        }
    }

    /// <summary>The network goes: sockets fall, paired slots start to reconnect, unpaired ones are left as they are.</summary>
    public void DropAll(IEnumerable<Slot> slots)
    {
        foreach (var slot in slots.Where(static slot => slot.Connected))
        {
            Cut(slot);
            if (slot.HasSession)
            {
                Reconnect(slot);
            }
        }
    }

    /// <summary>Turns the 405 on or off; turned on it also throws out who is connected, and nobody reconnects by himself.</summary>
    public void SetOutdated(bool on, IEnumerable<Slot> slots)
    {
        Outdated = on;
        foreach (var slot in on ? slots.Where(static slot => slot.Connected) : [])
        {
            Cut(slot);
            LogOutdated(slot);
        }
    }

    /// <summary>Forgets the account of a slot: after a logout, by either side.</summary>
    public void Forget(Slot slot)
    {
        Cut(slot);
        if (slot.HasSession)
        {
            token.Release(slot.AdJid);
        }

        slot.JustPaired = null;
        slot.LoggedIn = false;
        slot.HasClient = false;
        slot.ClientFromBoot = false;
        slot.Jid = "";
        slot.AdJid = "";
        slot.DisplayName = "";
    }

    private void Cut(Slot slot)
    {
        slot.Connected = false;
        slot.Pairing?.End();
        slot.Pairing = null;
        if (slot.HasSession)
        {
            token.Release(slot.AdJid);
        }
    }

    private void LogOutdated(Slot slot) =>
        log.WhatsAppError($"Client-{slot.Id}", "Client outdated (405) connect failure (client version: 2.3000.1023231279)");

    private void Reconnect(Slot slot)
    {
        lock (_gate)
        {
            if (!_reconnecting.Add(slot))
            {
                return;
            }
        }

        background.Run(async cancellationToken =>
        {
            try
            {
                await ReconnectAsync(slot, cancellationToken);
            }
            finally
            {
                lock (_gate)
                {
                    _reconnecting.Remove(slot);
                }
            }
        });
    }

    private async Task ReconnectAsync(Slot slot, CancellationToken cancellationToken)
    {
        for (var errors = 0; ; errors++)
        {
            await Task.Delay(Delay(errors), time, cancellationToken);
            if (slot.Connected || !slot.HasSession || Outdated)
            {
                return;
            }

            if (await ConnectAsync(slot, cancellationToken) is null)
            {
                return;
            }
        }
    }

    private TimeSpan Delay(int errors)
    {
        var delay = errors * Step;
        return settings.ReconnectDelay is { } cap && delay > cap ? (cap > ShortestCap ? cap : ShortestCap) : delay;
    }
}
