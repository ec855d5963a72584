using System.Diagnostics;
using WaPlatform.Contracts;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>The messages of one device that its engine has in hand. Runs on the grain's scheduler.</summary>
internal sealed partial class MessagesInHand(
    DeviceRecord record, MessageSender sender, AttemptConclusion conclusion, DoubtResolver doubts, MessageMetrics metrics, TimeProvider timeProvider, ILogger logger)
{
    private readonly Dictionary<Guid, (Task Attempt, string To)> _attempts = [];

    /// <summary>Told when an attempt has ended and is concluded.</summary>
    public event Action? Ended;

    public bool Any => _attempts.Count > 0;

    public IReadOnlySet<Guid> Ids => _attempts.Keys.ToHashSet();

    /// <summary>Whom they are for.</summary>
    public IReadOnlySet<string> Chats => _attempts.Values.Select(one => one.To).ToHashSet();

    /// <summary>How many attempts have ended: when it grows, what is next may be another message.</summary>
    public int EndedCount { get; private set; }

    public DateTimeOffset? LastSentAt { get; private set; }

    /// <summary>Completes when all that is in hand now is concluded.</summary>
    public Task AllEndedAsync() => Task.WhenAll(_attempts.Values.Select(one => one.Attempt));

    /// <summary>Gives the engine a message that is marked as being sent. The turn is given back when the engine has answered.</summary>
    public void Start(EngineSession session, Message message, SendTurn turn)
    {
        var attempt = AttemptAsync(session, message, turn);
        if (!attempt.IsCompleted)
        {
            _attempts[message.Id] = (attempt, message.To);
        }
    }

    private async Task AttemptAsync(EngineSession session, Message message, SendTurn turn)
    {
        using var activity = Telemetry.Source.Begin("message.attempt", message, ActivityKind.Consumer);
        try
        {
            var start = timeProvider.GetTimestamp();
            var outcome = await sender.SendAsync(session, message, message.SimulateTyping ?? record.Device.SimulateTyping);
            metrics.Attempted(outcome.Class, timeProvider.GetElapsedTime(start));
            activity?.SetTag("wa.message.attempts", message.Attempts).SetTag("wa.send.outcome", WireJson.NameOf(outcome.Class))
                .SetStatus(outcome.Class == SendClass.Sent ? ActivityStatusCode.Ok : ActivityStatusCode.Error, outcome.ErrorCode);
            if (outcome.Class == SendClass.Sent)
            {
                // The next one need not wait for this one's row.
                LastSentAt = timeProvider.GetUtcNow();
                turn.Dispose();
            }

            await conclusion.ConcludeAsync(session, message, outcome);
        }
        catch (Exception exception)
        {
            // The row still says "sending": whoever looks at it next asks the engine.
            Log.NotConcluded(logger, exception, message.Id);
            doubts.Add(message, session, absenceProves: true);
        }
        finally
        {
            _attempts.Remove(message.Id);
            EndedCount++;
            turn.Dispose();
            Ended?.Invoke();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "What became of message {Id} could not be noted.")]
        public static partial void NotConcluded(ILogger logger, Exception exception, Guid id);
    }
}
