using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>What an answer of a receiver means.</summary>
internal enum AnswerMeaning
{
    Delivered,

    /// <summary>It may take the same event later.</summary>
    Transient,

    /// <summary>It will never take this event.</summary>
    Permanent,

    /// <summary>It wants no event any more.</summary>
    Gone,
}

/// <summary>What is to be done with an event after an attempt.</summary>
internal enum NextStep
{
    /// <summary>It is delivered: the next one has its turn.</summary>
    GoOn,

    /// <summary>It is tried again; those behind it wait.</summary>
    Retry,

    /// <summary>It becomes a dead letter: the next one has its turn.</summary>
    Bury,
}

/// <summary>Decides what follows from an attempt to deliver an event (docs/decisions/0017-a-webhook-keeps-its-order.md).</summary>
internal static class DeliveryPolicy
{
    // Receivers that were away together must not all be tried at the same moments.
    private const double Jitter = 0.2;

    /// <param name="status">HTTP status; null if no answer came.</param>
    public static AnswerMeaning Of(int? status) => status switch
    {
        >= 200 and < 300 => AnswerMeaning.Delivered,
        410 => AnswerMeaning.Gone,
        408 or 409 or 425 or 429 => AnswerMeaning.Transient,
        >= 400 and < 500 => AnswerMeaning.Permanent,

        // A redirect, too: it is not followed, and is put right where the receiver runs.
        _ => AnswerMeaning.Transient,
    };

    /// <param name="tried">How long ago the event's first attempt was.</param>
    public static NextStep Decide(AnswerMeaning meaning, TimeSpan tried, WebhookOptions options) => meaning switch
    {
        AnswerMeaning.Delivered => NextStep.GoOn,
        AnswerMeaning.Transient when tried < options.GiveUpAfter => NextStep.Retry,
        _ => NextStep.Bury,
    };

    /// <summary>How long to wait before the next attempt.</summary>
    /// <param name="failures">Attempts in a row that failed, from 1.</param>
    /// <param name="retryAfter">What the receiver asked for: a longer pause is granted as far as there are such long ones, a shorter one is not.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan RetryDelay(int failures, TimeSpan? retryAfter, WebhookOptions options, double random)
    {
        var longest = options.MaxRetryDelay.TotalSeconds;
        var seconds = Math.Min(options.FirstRetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)), longest);
        seconds = Math.Min(seconds * (1 - Jitter + (2 * Jitter * random)), longest);
        return TimeSpan.FromSeconds(Math.Max(seconds, Math.Min(retryAfter?.TotalSeconds ?? 0, longest)));
    }

    /// <summary>
    /// Whether the next attempt, be it of another event, has to wait. A single refusal says nothing about the event after it; many in a row say that nothing is
    /// taken at all, and not every event of the journal is to be buried for that.
    /// </summary>
    public static bool Pauses(AnswerMeaning meaning, int failures, WebhookOptions options) => meaning != AnswerMeaning.Permanent || failures >= options.BreakerThreshold;

    /// <summary>Whether this failure is the one that opens the breaker. Said once for all those in a row.</summary>
    public static bool OpensBreaker(int failures, WebhookOptions options) => failures == options.BreakerThreshold;

    /// <summary>Whether the webhook is to be switched off, because nothing was delivered for so long.</summary>
    public static bool IsHopeless(DateTimeOffset? failingSince, DateTimeOffset now, WebhookOptions options) => now - failingSince >= options.DisableAfter;
}
