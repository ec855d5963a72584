using System.Security.Cryptography;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Pairing;

/// <summary>What <c>/app/login</c> and <c>/app/login-with-code</c> do up to the offer (gowa contract §7.1, §7.5).</summary>
internal sealed class PairingDesk(
    SlotRegistry slots, Connector connector, PairingScan scan, QrShow show, SimulatorSettings settings, Background background, GoLog log, TimeProvider time)
{
    private static readonly char[] CodeAlphabet = [.. "123456789ABCDEFGHJKLMNPQRSTVWXYZ"];

    /// <summary>Opens a QR offer and gives the path of the first code's file.</summary>
    /// <exception cref="ApiException">400, 401 or 500 as in gowa contract §7.7.</exception>
    public async Task<string> ShowQrAsync(Slot slot, CancellationToken cancellationToken)
    {
        await slots.EnsureClientAsync(slot);
        if (slot.LoggedIn)
        {
            throw AlreadyLoggedIn();
        }

        await connector.DisconnectAsync(slot);
        if (slot.HasSession || slot.JustPaired is not null)
        {
            if (slot.HasSession)
            {
                background.Run(stopping => connector.ConnectAsync(slot, stopping));
            }

            throw new ApiException(500, "SESSION_SAVED_ERROR", "your session have been saved, please wait to connect 2 second and refresh again");
        }

        if (await connector.ConnectAsync(slot, cancellationToken) is { } error)
        {
            log.AppError("app.go:110", "Error when connect to whatsapp" + error);
            throw ApiException.Authentication("reconnect error");
        }

        if (connector.Outdated)
        {
            log.Error($"[LOGIN][{slot.Id}] error when get qrCode err-client-outdated <nil>");
            throw ApiException.Internal("QR channel closed without receiving image");
        }

        var offer = Open(slot, "");
        var path = show.WriteFile(1);
        background.Run(_ => RotateAsync(slot, offer));
        background.Run(stopping => CutLaterAsync(slot, stopping));
        return path;
    }

    /// <summary>Asks for a pairing code.</summary>
    public async Task<string> MakeCodeAsync(Slot slot, string phone, CancellationToken cancellationToken)
    {
        await slots.EnsureClientAsync(slot);
        if (slot.LoggedIn)
        {
            throw AlreadyLoggedIn();
        }

        if (!slot.Connected && await connector.ConnectAsync(slot, cancellationToken) is { } error)
        {
            throw ApiException.Internal(error);
        }

        var digits = phone.TrimStart('+');
        if (digits.Length <= 6)
        {
            throw ApiException.Internal("phone number too short");
        }

        if (digits[0] == '0')
        {
            throw ApiException.Internal("international phone number required (must not start with 0)");
        }

        if (connector.Outdated)
        {
            throw ApiException.Internal("websocket not connected");
        }

        var offer = Open(slot, digits);
        background.Run(_ => RotateAsync(slot, offer));
        var code = new string(RandomNumberGenerator.GetItems<char>(CodeAlphabet, 8));
        return $"{code[..4]}-{code[4..]}";
    }

    private static ApiException AlreadyLoggedIn() => new(400, "ALREADY_LOGGED_IN", "you are already logged in.");

    private PairingOffer Open(Slot slot, string phone)
    {
        slot.Pairing?.End();
        var offer = new PairingOffer(phone, background.Stopping);
        slot.Pairing = offer;
        if (settings.AutoScan is { } delay)
        {
            background.Run(async _ =>
            {
                await Task.Delay(delay, time, offer.Ended);
                await scan.ScanAsync(slot, "", background.Stopping);
            });
        }

        return offer;
    }

    private async Task RotateAsync(Slot slot, PairingOffer offer)
    {
        try
        {
            // A pairing code lives as long as the socket, which ends with the last QR ref.
            await (offer.Phone.Length == 0 ? show.RotateAsync(offer.Ended) : Task.Delay(TimeSpan.FromSeconds(160) / settings.QrSpeed, time, offer.Ended));
        }
        catch (OperationCanceledException)
        {
            return;
        }

        log.Error($"[LOGIN][{slot.Id}] error when get qrCode timeout <nil>");
        if (slot.Pairing == offer)
        {
            await connector.DisconnectAsync(slot);
        }
    }

    private async Task CutLaterAsync(Slot slot, CancellationToken cancellationToken)
    {
        await Task.Delay(show.HandlerLife, time, cancellationToken);
        if (!slot.HasSession && slot.JustPaired is null)
        {
            await connector.DisconnectAsync(slot);
        }
    }
}
