using System.Text.Json;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Takes what the engine tells of delivered and read messages (<c>message.ack</c>, gowa contract §6.3). Runs on the grain's scheduler.</summary>
internal sealed class Receipts(MessageStore store, MessageTeller teller, TimeProvider timeProvider)
{
    // A receipt can overtake the engine's answer to the send that it is for, by less than this.
    private static readonly TimeSpan Overtaking = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, (string Type, long At)> _early = [];

    public DateTimeOffset? LastAt { get; private set; }

    public async Task ReceiveAsync(JsonElement payload)
    {
        if (EngineSlot.Text(payload, "receipt_type") is not { } receiptType || !payload.TryGetProperty("ids", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        LastAt = timeProvider.GetUtcNow();
        var ids = list.EnumerateArray().Where(id => id.ValueKind == JsonValueKind.String).Select(id => id.GetString()!).Distinct().ToList();
        foreach (var (old, _) in _early.Where(early => timeProvider.GetElapsedTime(early.Value.At) > Overtaking).ToList())
        {
            _early.Remove(old);
        }

        foreach (var id in await ApplyAsync(ids, receiptType))
        {
            _early[id] = (receiptType, timeProvider.GetTimestamp());
        }
    }

    /// <summary>A message has its WhatsApp id now: applies the receipt that came before.</summary>
    public async Task ApplyEarlyAsync(string whatsappMessageId)
    {
        if (_early.Remove(whatsappMessageId, out var receipt))
        {
            await ApplyAsync([whatsappMessageId], receipt.Type);
        }

    }

    private async Task<List<string>> ApplyAsync(List<string> ids, string receiptType)
    {
        var (moved, unknown) = await store.ReceiveAsync(ids, receiptType);
        moved.ForEach(teller.Tell);
        return unknown;
    }
}
