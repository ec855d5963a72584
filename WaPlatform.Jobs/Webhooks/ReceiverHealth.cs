using WaPlatform.Data.Webhooks;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>How a receiver takes what is posted to it: the state of its breaker.</summary>
/// <param name="FailingSince">Null while deliveries succeed.</param>
/// <param name="Failures">Attempts in a row that failed.</param>
/// <param name="NextAttemptAt">Nothing is posted before; null = at once.</param>
internal sealed record ReceiverHealth(DateTimeOffset? FailingSince, int Failures, DateTimeOffset? NextAttemptAt, DateTimeOffset? LastSuccessAt)
{
    public static ReceiverHealth Of(Webhook row) => new(row.FailingSince, row.ConsecutiveFailures, row.NextAttemptAt, row.LastSuccessAt);

    public static ReceiverHealth Succeeded(DateTimeOffset at) => new(null, 0, null, at);

    /// <param name="random">From 0 to 1.</param>
    public ReceiverHealth Failed(AnswerMeaning meaning, TimeSpan? retryAfter, DateTimeOffset at, WebhookOptions options, double random)
    {
        var failures = Failures + 1;
        return this with
        {
            FailingSince = FailingSince ?? at,
            Failures = failures,
            NextAttemptAt = DeliveryPolicy.Pauses(meaning, failures, options) ? at + DeliveryPolicy.RetryDelay(failures, retryAfter, options, random) : null,
        };
    }
}
