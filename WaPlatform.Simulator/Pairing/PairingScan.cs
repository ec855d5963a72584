using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Sockets;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Pairing;

/// <summary>
/// The phone's side of pairing: scan, perhaps a passkey, session saved, and some time later connected (gowa contract §7.3). A process that dies in
/// between leaves a session that no slot row points to.
/// </summary>
internal sealed class PairingScan(
    SlotRegistry slots, SessionStore sessions, Lives lives, Connector connector, Hub hub, SimulatorSettings settings, Background background, GoLog log, TimeProvider time)
{
    private const string FallbackPhone = "628123456789";

    /// <summary>The next scan will be asked for a passkey; the value says whether a code is compared as well.</summary>
    public bool? PasskeyArmed { get; set; }

    /// <summary>The phone scans the QR or enters the code. False when nothing is on offer.</summary>
    public async Task<bool> ScanAsync(Slot slot, string phone, CancellationToken cancellationToken)
    {
        if (slot.Pairing is not { } offer || !slot.Connected)
        {
            return false;
        }

        var adJid = $"{Account(slot, offer, phone)}:12{Jids.User}";
        if (PasskeyArmed is { } confirm)
        {
            PasskeyArmed = null;
            await DemandPasskeyAsync(slot, offer, confirm, adJid, cancellationToken);
        }
        else
        {
            await PairAsync(slot, adJid, cancellationToken);
        }

        return true;
    }

    /// <summary>WhatsApp asks for a passkey now, for the offer that stands.</summary>
    public async Task<bool> DemandPasskeyAsync(Slot slot, bool confirm, CancellationToken cancellationToken)
    {
        if (slot.Pairing is not { } offer)
        {
            return false;
        }

        await DemandPasskeyAsync(slot, offer, confirm, $"{Account(slot, offer, "")}:12{Jids.User}", cancellationToken);
        return true;
    }

    /// <summary>The assertion arrived: either pair, or wait for the comparison of codes.</summary>
    public async Task AnswerPasskeyAsync(Slot slot, PairingOffer offer, Passkey passkey, CancellationToken cancellationToken)
    {
        if (!passkey.Confirm)
        {
            await PairAsync(slot, passkey.AdJid, cancellationToken);
            return;
        }

        offer.Passkey = passkey with { Stage = PasskeyStage.AwaitingConfirmation };
        await hub.BroadcastAsync("PASSKEY_CONFIRMATION", "Passkey confirmation required",
            GoJson.Map(("code", offer.Passkey.Code), ("device_id", slot.Id), ("skip_handoff_ux", false)), cancellationToken);
    }

    /// <summary>Saves the session, says so, and connects after the gap.</summary>
    public async Task PairAsync(Slot slot, string adJid, CancellationToken cancellationToken)
    {
        var session = new Session(adJid, $"Simulated {Jids.Number(adJid)[^4..]}");
        await sessions.Database.SaveAsync(session, cancellationToken);
        lives.Begin([Jids.Number(adJid)]);
        slot.JustPaired = session;
        await connector.DisconnectAsync(slot);
        log.Error($"[LOGIN][{slot.Id}] error when get qrCode success <nil>");
        background.Run(stopping => ConnectLaterAsync(slot, session, stopping));
        await hub.BroadcastAsync("LOGIN_SUCCESS", "Successfully pair with " + adJid, null, cancellationToken);
    }

    private async Task DemandPasskeyAsync(Slot slot, PairingOffer offer, bool confirm, string adJid, CancellationToken cancellationToken)
    {
        offer.Passkey = new Passkey(PasskeyStage.AwaitingResponse, confirm, adJid);
        await hub.BroadcastAsync("PASSKEY_REQUEST", "Passkey required to link this device",
            GoJson.Map(("challenge", offer.Passkey.Challenge.DeepClone()), ("device_id", slot.Id)), cancellationToken);
    }

    private async Task ConnectLaterAsync(Slot slot, Session session, CancellationToken cancellationToken)
    {
        await Task.Delay(settings.PairGap, time, cancellationToken);

        // A logout in the gap takes the session away again.
        while (slot.JustPaired == session && await connector.ConnectAsync(slot, () => Identify(slot, session), cancellationToken) is not null)
        {
            await Task.Delay(settings.ReconnectDelay ?? TimeSpan.FromSeconds(2), time, cancellationToken);
        }

        if (slot.LoggedIn)
        {
            log.Info($"[DEVICE_MANAGER] device {slot.Id} connected");
        }
    }

    private void Identify(Slot slot, Session session)
    {
        slot.AdJid = session.AdJid;
        slot.Jid = session.Jid;
        slot.DisplayName = session.PushName;
        slot.JustPaired = null;
        slots.Save(slot);
    }

    private static string Account(Slot slot, PairingOffer offer, string phone)
    {
        string[] candidates =
        [
            phone.TrimStart('+'),
            offer.Phone,
            slot.Id.TrimStart('+'),
            new([.. Path.GetFileName(Environment.CurrentDirectory).Where(char.IsAsciiDigit)]),
        ];
        return candidates.FirstOrDefault(Jids.IsPhone) ?? FallbackPhone;
    }
}
