using System.Text.Json;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// Settles messages that were being sent when something broke: the engine's chat storage says whether WhatsApp has them (architecture §5.5).
/// If it has no trace, nobody knows for sure, because the engine writes it a little after WhatsApp's answer: the message is then held as uncertain.
/// </summary>
internal sealed class DoubtResolver(MessageStore store, TimeProvider timeProvider)
{
    // The engine stores a sent message within 15 s of WhatsApp's answer (gowa contract §4.5).
    private static readonly TimeSpan StorageDelay = TimeSpan.FromSeconds(20);

    // Clocks of engine and platform are one; the engine's times have whole seconds.
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(2);

    /// <summary>Looks at every message that is in doubt. <paramref name="concluded"/> gets each that is not any more.</summary>
    public async Task ResolveAsync(EngineSession session, Func<Message?, Task> concluded, CancellationToken cancellationToken)
    {
        foreach (var message in await store.InDoubtAsync(cancellationToken))
        {
            var begun = message.SendingAt ?? message.CreatedAt;
            EngineAnswer answer;
            try
            {
                answer = await session.Client.GetOwnMessagesAsync(message.To, begun - ClockSlack, session.Ended);
            }
            catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
            {
                return;
            }

            if (await FindAsync(answer, message) is { } id)
            {
                await concluded(await store.SentAsync(message.Id, id, begun));
            }
            else if (timeProvider.GetUtcNow() - begun > StorageDelay)
            {
                await concluded(await store.UncertainAsync(message.Id));
            }
        }
    }

    private async Task<string?> FindAsync(EngineAnswer answer, Message message)
    {
        if (!answer.IsSuccess || answer.Results.ValueKind != JsonValueKind.Object || !answer.Results.TryGetProperty("data", out var rows) || rows.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        using var body = JsonDocument.Parse(message.Body);
        var text = body.RootElement.TryGetProperty("message", out var value) ? value.GetString() : null;
        var candidates = rows.EnumerateArray()
            .Where(row => EngineSlot.Text(row, "content") == text)
            .Select(row => EngineSlot.Text(row, "id")).OfType<string>().ToList();

        // The oldest of the same text that belongs to no other message of ours.
        var known = await store.KnownIdsAsync(candidates);
        return candidates.LastOrDefault(id => !known.Contains(id));
    }
}
