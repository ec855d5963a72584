using System.Net.Sockets;
using WaPlatform.Data.Webhooks;
using WaPlatform.ServiceDefaults.Outside;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>What came of one request to a receiver.</summary>
/// <param name="At">When it began.</param>
/// <param name="Status">Of the answer; null if none came.</param>
/// <param name="Body">The beginning of the answer's.</param>
/// <param name="Error">Why no answer came.</param>
/// <param name="RetryAfter">What the receiver asked for.</param>
internal sealed record Attempt(DateTimeOffset At, TimeSpan Duration, int? Status, string? Body, string? Error, TimeSpan? RetryAfter)
{
    public AnswerMeaning Meaning => DeliveryPolicy.Of(Status);

    public void NoteIn(WebhookDelivery row)
    {
        row.Attempts++;
        row.LastAttemptAt = At;
        row.NextAttemptAt = null;
        row.DurationMs = (int)Duration.TotalMilliseconds;
        (row.ResponseStatus, row.ResponseBody, row.Error) = (Status, Body, Error);
    }

    /// <summary>What a failure means, in words that name no address.</summary>
    public static string Describe(HttpRequestException exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PrivateAddressException:
                    return "The host has no public address.";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "The host can't be found.";
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "The connection was refused.";
            }
        }

        return exception.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => "No secure connection: the certificate is not valid, or there is none.",
            HttpRequestError.ConfigurationLimitExceeded => "The answer's headers are too large.",
            HttpRequestError.ConnectionError => "The host can't be reached.",
            HttpRequestError.InvalidResponse => "The answer is no HTTP.",
            _ => "The connection broke before the answer.",
        };
    }
}
