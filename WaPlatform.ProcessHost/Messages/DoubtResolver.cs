using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// Settles messages that were being sent when something broke (architecture §5.5). The engine's chat storage says what WhatsApp has; what it does
/// not have although it would, was not sent and is sent again; of the rest nobody knows, and a policy decides. Runs on the grain's scheduler.
/// </summary>
/// <param name="knowsAll">The engine's chat storage is the one of the last owner's engine.</param>
internal sealed partial class DoubtResolver(MessageStore store, MessageMoves moves, Receipts receipts, string slotId, bool knowsAll, IOptions<SendingOptions> options, TimeProvider timeProvider, ILogger logger)
{
    // An engine that lives on stores a sent message within 15 s of WhatsApp's answer (gowa contract §4.5).
    private static readonly TimeSpan StorageDelay = TimeSpan.FromSeconds(20);

    // An engine that died in between never will; but WhatsApp hands its receipt to the next one, right after that has connected.
    private static readonly TimeSpan ReceiptDelay = TimeSpan.FromSeconds(5);

    // For an engine that does not answer the question.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The engine's times are those of WhatsApp's servers, in whole seconds.
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(1);
    private const int PageSize = 100;
    private const int MostRows = 2_000;

    /// <summary>Error code of a row whose message WhatsApp did not acknowledge: that the engine does not have it proves nothing.</summary>
    public const string Unacknowledged = "UNACKNOWLEDGED";

    private readonly List<Doubt> _doubts = [];
    private readonly Dictionary<Guid, long> _unanswered = [];

    /// <summary>Priorities in which nothing may be sent before it is known what became of an earlier message.</summary>
    public IEnumerable<int> Lanes => _doubts.Select(doubt => doubt.Message.Priority);

    public bool Any => _doubts.Count > 0;

    /// <summary>Takes over what was begun and is in nobody's hand: an earlier owner's, whose engine died with it, or what broke between two steps.</summary>
    /// <param name="inHand">Messages that an engine has.</param>
    public async Task LoadAsync(IReadOnlySet<Guid> inHand, CancellationToken cancellationToken)
    {
        foreach (var message in await store.SendingAsync(cancellationToken))
        {
            if (!inHand.Contains(message.Id) && _doubts.TrueForAll(doubt => doubt.Message.Id != message.Id))
            {
                _doubts.Add(new Doubt(message, null, timeProvider.GetTimestamp(), AbsenceProves: knowsAll && message.ErrorCode != Unacknowledged, slotId));
            }
        }
    }

    /// <param name="session">The engine's life that had the message in hand.</param>
    /// <param name="absenceProves">The message was not sent if the engine's chat storage does not have it.</param>
    public void Add(Message message, EngineSession session, bool absenceProves)
    {
        if (_doubts.Exists(doubt => doubt.Message.Id == message.Id))
        {
            return;
        }

        Log.InDoubt(logger, message.Id);
        _doubts.Add(new Doubt(message, session.Generation, timeProvider.GetTimestamp(), absenceProves, session.Client.SlotId ?? slotId));
        _doubts.Sort((one, other) => one.Message.Id.CompareTo(other.Message.Id));
    }

    /// <summary>Goes on with the message as its row is now.</summary>
    public void Replace(Message? message)
    {
        if (message is not null && _doubts.FindIndex(doubt => doubt.Message.Id == message.Id) is >= 0 and var index)
        {
            _doubts[index] = _doubts[index] with { Message = message };
        }
    }

    /// <summary>Looks at every message that is in doubt.</summary>
    /// <param name="connectedFor">How long the engine has been connected to WhatsApp; null while it is not.</param>
    /// <param name="busyChats">Chats that the engine has a message for in hand: what it stores of that is not to be taken for another.</param>
    public async Task ResolveAsync(EngineSession session, TimeSpan? connectedFor, IReadOnlySet<string> busyChats)
    {
        foreach (var doubt in _doubts.Where(doubt => !busyChats.Contains(doubt.Message.To)).ToList())
        {
            try
            {
                await ResolveAsync(doubt, session, connectedFor);
            }
            catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
            {
                // The engine went away, too; the next one is asked.
                return;
            }
        }
    }

    private async Task ResolveAsync(Doubt doubt, EngineSession session, TimeSpan? connectedFor)
    {
        var begun = doubt.Message.SendingAt ?? doubt.Message.CreatedAt;
        var rows = await RowsAsync(doubt, session, begun - ClockSlack, MostRows);
        if ((await FindStoredAsync(doubt, rows ?? []) ?? await FindDeliveredAsync(doubt, session)) is { } id)
        {
            await moves.SentAsync(doubt.Message, id, begun);
            Forget(doubt);
            await receipts.ClaimAsync(id);
        }
        else if (IsOver(doubt, session, connectedFor, rows is not null))
        {
            // A storage that was made after the message was sent has the slot under another name (gowa contract §3.4), and proves nothing.
            // Nor does its silence while there is a receipt that might be this one's.
            var isAbsent = rows is { Count: < MostRows } && doubt.AbsenceProves && session.Client.SlotId == doubt.SlotId && !receipts.DeliveredIn(doubt.Message.To, doubt.Since).Any();
            await ConcludeAsync(doubt.Message, isAbsent, begun);
            Forget(doubt);
        }
    }

    private Task<Message?> ConcludeAsync(Message message, bool isAbsent, DateTimeOffset begun) => isAbsent || options.Value.InDoubt == InDoubtPolicy.Resend
        ? message.Failures + 1 >= options.Value.MaxAttempts
            ? moves.FailedAsync(message, "ENGINE_ERROR", "The engine broke off each time when it was given this message.")
            : moves.AgainAsync(message, null, isAbsent ? "The engine's chat storage has no trace of it: it was not sent." : "Sent again, as configured.", begun, counts: true)
        : moves.UncertainAsync(message);

    private void Forget(Doubt doubt)
    {
        _doubts.RemoveAll(one => one.Message.Id == doubt.Message.Id);
        _unanswered.Remove(doubt.Message.Id);
    }

    private bool IsOver(Doubt doubt, EngineSession session, TimeSpan? connectedFor, bool answered)
    {
        if (!answered)
        {
            _unanswered.TryAdd(doubt.Message.Id, timeProvider.GetTimestamp());
            return timeProvider.GetElapsedTime(_unanswered[doubt.Message.Id]) > Patience;
        }

        _unanswered.Remove(doubt.Message.Id);
        var since = timeProvider.GetElapsedTime(doubt.Since);
        return doubt.Generation == session.Generation ? since > StorageDelay
            : connectedFor > ReceiptDelay;
    }

    // Null if the engine does not answer the question.
    private static async Task<List<EngineChat>?> RowsAsync(Doubt doubt, EngineSession session, DateTimeOffset? since, int most)
    {
        var rows = new List<EngineChat>();
        while (rows.Count < most)
        {
            var page = EngineChat.Rows(await session.Client.GetMessagesAsync(doubt.Message.To, isFromMe: true, since, PageSize, rows.Count, session.Ended));
            if (page is null)
            {
                return null;
            }

            rows.AddRange(page);
            if (page.Count < PageSize)
            {
                break;
            }
        }

        return rows;
    }

    // The oldest of the same content that belongs to no other message of ours.
    private Task<string?> FindStoredAsync(Doubt doubt, IReadOnlyList<EngineChat> rows)
    {
        var body = JsonNode.Parse(doubt.Message.Body)!.AsObject();
        return FirstUnknownAsync([.. rows.Where(row => SentContent.Matches(doubt.Message.Type, body, row)).Select(row => row.Id).Reverse()]);
    }

    // What an engine sent that died before it stored it: delivered, and in nobody's storage. Messages from the phone itself are in the engine's.
    // A receipt does not say what was delivered: it helps only where nothing else can be meant.
    private async Task<string?> FindDeliveredAsync(Doubt doubt, EngineSession session)
    {
        var delivered = receipts.DeliveredIn(doubt.Message.To, doubt.Since).ToList();
        if (delivered.Count == 0 || _doubts.Count(one => one.Message.To == doubt.Message.To) > 1 || doubt.Message.Type is MessageType.Presence or MessageType.ChatPresence
            || await RowsAsync(doubt, session, since: null, PageSize) is not { } all)
        {
            return null;
        }

        var unknown = delivered.Except(all.Select(row => row.Id)).ToList();
        return unknown.Count == 1 ? await FirstUnknownAsync(unknown) : null;
    }

    private async Task<string?> FirstUnknownAsync(List<string> ids)
    {
        var known = ids.Count > 0 ? await store.KnownIdsAsync(ids) : [];
        return ids.Find(id => !known.Contains(id));
    }

    private sealed record Doubt(Message Message, long? Generation, long Since, bool AbsenceProves, string SlotId);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Message {Id} is in doubt: the engine is asked whether WhatsApp has it.")]
        public static partial void InDoubt(ILogger logger, Guid id);
    }
}
