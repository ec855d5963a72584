using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Webhooks;

namespace WaPlatform.Simulator.Sending;

/// <summary>
/// Sends to the simulated WhatsApp: registered or not, latency, ordered failures, ledger, stored row, receipts, echo.
/// </summary>
internal sealed class Sender(
    GowaSettings gowa, SimulatorSettings settings, ChatStore chats, Ledger ledger, WebhookSender webhooks, IncomingMessages incoming,
    OwedReceipts owed, Hearing hearing, Background background, IProcessEnd end, TimeProvider time)
{
    /// <summary>gowa's limit for a request, after which it stops to wait for WhatsApp (gowa contract §4.1).</summary>
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan ReceiptDelay = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private SendMode _mode = SendMode.Ok;

    public SendMode Mode
    {
        get
        {
            lock (_gate)
            {
                return _mode;
            }
        }

        set
        {
            lock (_gate)
            {
                _mode = value;
            }
        }
    }

    /// <summary>Checks the address as gowa does after its connection checks: the server is known and, if asked for, the account exists.</summary>
    public void CheckAddress(string jid)
    {
        var server = jid[(jid.IndexOf('@', StringComparison.Ordinal) + 1)..];
        if (server is not ("s.whatsapp.net" or "g.us" or "lid" or "newsletter" or "broadcast"))
        {
            throw ApiException.Internal($"can't send message to unknown server {server}");
        }

        if (gowa.AccountValidation && !Jids.IsOnWhatsApp(jid))
        {
            throw ApiException.InvalidJid($"Phone {jid} is not on whatsapp");
        }
    }

    /// <summary>Sends for a slot that is online.</summary>
    public async Task<SentMessage> SendAsync(Slot slot, OutgoingMessage message, CancellationToken cancellationToken)
    {
        CheckAddress(message.To);
        var mode = TakeMode(slot, message.To);
        var latency = mode.Latency ?? settings.SendLatency;
        var late = latency > RequestLimit;
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(late ? RequestLimit : latency, time, cancellationToken);
        }

        if (mode.Outcome is SendOutcome.Error or SendOutcome.Timelock)
        {
            throw mode.Failure();
        }

        if (mode.Outcome == SendOutcome.Drop)
        {
            return new SentMessage("", default, Aborted: true);
        }

        var id = MessageIds.New();
        var at = time.GetUtcNow();
        ledger.Add(slot.Phone, id, message);
        if (mode.Outcome == SendOutcome.CommitThenDie)
        {
            owed.Add(slot, message.To, id);
            end.Kill();
        }

        if (message.Stored)
        {
            Store(slot, message, id, at);
        }

        background.Run(stopping => AfterwardsAsync(slot, message, id, stopping));
        if (late)
        {
            // The message has left by then; only its acknowledgement was not waited for.
            throw new ApiException(504, "GATEWAY_TIMEOUT", "Request timed out waiting for WhatsApp server response");
        }

        return new SentMessage(id, at, Aborted: mode.Outcome == SendOutcome.CommitThenDrop);
    }

    private SendMode TakeMode(Slot slot, string to)
    {
        lock (_gate)
        {
            var mode = _mode;
            if (mode.Outcome == SendOutcome.Timelock && !IsStranger(slot, to))
            {
                // Only refusals count, so that a test can tell how many it gets.
                return mode with { Outcome = SendOutcome.Ok };
            }

            if (mode.Remaining is { } remaining)
            {
                _mode = remaining <= 1 ? SendMode.Ok : mode with { Remaining = remaining - 1 };
            }

            return mode;
        }
    }

    // A person who never wrote first: the only kind of chat that a new or suspected number may not begin.
    private bool IsStranger(Slot slot, string to) =>
        (to.EndsWith(Jids.User, StringComparison.Ordinal) || to.EndsWith(Jids.HiddenUser, StringComparison.Ordinal)) &&
        !chats.HasIncoming(slot.StorageKey, to);

    private void Store(Slot slot, OutgoingMessage message, string id, DateTimeOffset at) => chats.Save(
        new ChatMessage
        {
            DeviceId = slot.StorageKey,
            Id = id,
            ChatJid = message.To,
            SenderJid = slot.Jid,
            Content = message.Content ?? message.Body,
            Timestamp = at,
            IsFromMe = true,
            MediaType = message.MediaType,
            FileName = message.FileName,
            Url = message.Url,
            FileLength = message.FileLength,
            CreatedAt = at,
            UpdatedAt = at,
        },
        Jids.Number(message.To));

    private async Task AfterwardsAsync(Slot slot, OutgoingMessage message, string id, CancellationToken cancellationToken)
    {
        if (settings.Receipts != "none")
        {
            await Task.Delay(ReceiptDelay, time, cancellationToken);
            if (hearing.IsDeaf)
            {
                owed.Add(slot, message.To, id);
                return;
            }

            webhooks.EmitReceipt(slot, message.To, message.To, [id], "delivered");
            if (settings.Receipts == "read")
            {
                await Task.Delay(ReceiptDelay, time, cancellationToken);
                webhooks.EmitReceipt(slot, message.To, message.To, [id], "read");
            }
        }

        if (settings.Echo && message.To.EndsWith(Jids.User, StringComparison.Ordinal))
        {
            incoming.Receive(slot, new IncomingMessage { From = message.To, Chat = message.To, Text = message.Body });
        }
    }
}
