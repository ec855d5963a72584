using System.Diagnostics;
using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Takes what the engine tells of delivered and read messages (<c>message.ack</c>, gowa contract §6.3). Runs on the grain's scheduler.</summary>
internal sealed partial class Receipts(MessageStore store, MessageTeller teller, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>Name of the engine's webhook.</summary>
    public const string EngineEvent = "message.ack";

    // A receipt can overtake the engine's answer to the send that it is for; and it may be all that is left of a send whose engine died.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private const int MaxKept = 10_000;

    private readonly Dictionary<string, Receipt> _unclaimed = [];

    public DateTimeOffset? LastAt { get; private set; }

    public async Task ReceiveAsync(JsonElement payload)
    {
        if (EngineSlot.Text(payload, "receipt_type") is not { } receiptType || !payload.TryGetProperty("ids", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        LastAt = timeProvider.GetUtcNow();
        var ids = list.EnumerateArray().Where(id => id.ValueKind == JsonValueKind.String).Select(id => id.GetString()!).Distinct().ToList();
        foreach (var (old, _) in _unclaimed.Where(receipt => timeProvider.GetElapsedTime(receipt.Value.At) > Kept).ToList())
        {
            _unclaimed.Remove(old);
        }

        foreach (var id in (await ApplyAsync(ids, receiptType)).Take(MaxKept - _unclaimed.Count))
        {
            // "read" after "delivered" is news of the same message, whose first sign counts.
            var first = _unclaimed.TryGetValue(id, out var earlier) ? earlier.At : timeProvider.GetTimestamp();
            _unclaimed[id] = new Receipt(receiptType, EngineSlot.Text(payload, "chat_id") ?? "", first);
        }
    }

    /// <summary>Ids in a chat that were reported as delivered or read since <paramref name="since"/> and that no message of ours has, oldest first.</summary>
    /// <param name="since">A timestamp of the time provider.</param>
    public IEnumerable<string> DeliveredIn(string chat, long since) =>
        _unclaimed.Where(receipt => receipt.Value.Chat == chat && receipt.Value.Type is "delivered" or "read" && receipt.Value.At >= since).OrderBy(receipt => receipt.Value.At).Select(receipt => receipt.Key);

    /// <summary>A message has its WhatsApp id now: applies the receipt that came before.</summary>
    public async Task ClaimAsync(string whatsappMessageId)
    {
        if (_unclaimed.TryGetValue(whatsappMessageId, out var receipt))
        {
            try
            {
                await ApplyAsync([whatsappMessageId], receipt.Type);
                _unclaimed.Remove(whatsappMessageId);
            }
            catch (Exception exception) when (exception.IsDatabaseUnavailable())
            {
                // What became of the message is noted; that it was delivered will be told again when it is read.
                Log.NotApplied(logger, exception.GetType().Name);
            }
        }
    }

    private async Task<List<string>> ApplyAsync(List<string> ids, string receiptType)
    {
        var (moved, unknown) = await store.ReceiveAsync(ids, receiptType);
        moved.ForEach(Tell);
        return unknown;
    }

    private void Tell(Message message)
    {
        using var activity = Telemetry.Source.Begin("message.receipt", message, ActivityKind.Consumer);
        activity?.SetTag("wa.message.status", WireJson.NameOf(message.Status));
        teller.Tell(message);
    }

    private sealed record Receipt(string Type, string Chat, long At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The database did not take a receipt ({Cause}).")]
        public static partial void NotApplied(ILogger logger, string cause);
    }
}
