using Microsoft.Extensions.Options;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Hearing;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Does with a message what the outcome of an attempt asks for. Runs on the grain's scheduler.</summary>
internal sealed class AttemptConclusion(
    MessageMoves moves, DoubtResolver doubts, Receipts receipts, ReachoutLock reachout, SendPauses pauses, Correspondence correspondence, IOptions<SendingOptions> options, TimeProvider timeProvider)
{
    public async Task ConcludeAsync(EngineSession session, Message message, SendOutcome outcome)
    {
        var now = timeProvider.GetUtcNow();
        var (code, detail) = (outcome.ErrorCode ?? "", outcome.ErrorDetail ?? "");
        switch (outcome.Class)
        {
            case SendClass.Sent:
                pauses.Available();
                await moves.SentAsync(message, outcome.WhatsappMessageId, now);
                if (outcome.WhatsappMessageId is { } id)
                {
                    correspondence.Sent(message.To);
                    await receipts.ClaimAsync(id);
                }

                break;

            case SendClass.Permanent:
                await moves.FailedAsync(message, code, detail);
                break;

            case SendClass.Transient when message.Failures + 1 >= options.Value.MaxAttempts:
                await moves.FailedAsync(message, code, detail);
                break;

            case SendClass.Transient:
                await moves.AgainAsync(message, code, detail, now + pauses.AfterFailure(message.Priority, message.Failures + 1), counts: true);
                break;

            case SendClass.Unavailable:
                await moves.AgainAsync(message, code, detail, now + pauses.WhileUnavailable(), counts: false);
                break;

            case SendClass.Timelock:
                reachout.Begin();
                await moves.ParkedAsync(message, reachout.Until ?? now, detail);
                break;

            default:
                correspondence.Unanswered();

                // First of all: what comes after it must not go before it is known.
                doubts.Add(message, session, absenceProves: outcome.Class == SendClass.Unknown);
                doubts.Replace(await moves.DoubtedAsync(message, outcome.Class == SendClass.Unknown, code, detail));
                break;
        }
    }
}
