using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using WaPlatform.Data.Messages;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>
/// One attempt in the trace of its message (docs/decisions/0029-a-message-carries-its-trace.md), with OpenTelemetry's names for HTTP clients. Of the address only
/// the host: the rest may be a secret.
/// </summary>
internal readonly struct WebhookSpan : IDisposable
{
    private const string TraceParent = "traceparent";

    private readonly Activity? _activity;
    private readonly string? _traceParent;

    private WebhookSpan(Activity? activity, string? traceParent) => (_activity, _traceParent) = (activity, traceParent);

    public static WebhookSpan Begin(WebhookTarget target, WebhookDelivery delivery, string? traceParent)
    {
        var activity = Telemetry.Source.Begin("webhook.post", traceParent, delivery.MessageId, ActivityKind.Client);
        activity?.SetTag("http.request.method", "POST").SetTag("server.address", target.Url.IdnHost).SetTag("server.port", target.Url.Port)
            .SetTag("wa.webhook.id", delivery.WebhookId).SetTag("wa.event.id", delivery.RequestId).SetTag("wa.event.type", delivery.EventType);
        if (delivery.Attempts > 0)
        {
            activity?.SetTag("http.request.resend_count", delivery.Attempts);
        }

        return new WebhookSpan(activity, traceParent);
    }

    /// <summary>Lets the receiver go on with the trace; also where nobody records it here, whoever made the request may.</summary>
    public void AddTo(HttpRequestHeaders headers)
    {
        if ((_activity?.Id ?? _traceParent) is { } parent)
        {
            headers.Add(TraceParent, parent);
        }
    }

    public void End(Attempt attempt)
    {
        _activity?.SetTag("http.response.status_code", attempt.Status);
        if (attempt.Meaning != AnswerMeaning.Delivered)
        {
            _activity?.SetTag("error.type", attempt.Status?.ToString(CultureInfo.InvariantCulture) ?? "no_answer").SetStatus(ActivityStatusCode.Error, attempt.Error);
        }
    }

    public void Dispose() => _activity?.Dispose();
}
