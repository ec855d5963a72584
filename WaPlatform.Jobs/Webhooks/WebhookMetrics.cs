using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

internal sealed class WebhookMetrics
{
    private readonly Histogram<double> _attempts;
    private readonly Counter<long> _dead;
    private readonly Counter<long> _disabled;
    private readonly UpDownCounter<int> _awake;

    public WebhookMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _attempts = meter.CreateHistogram<double>("wa.webhook.attempt.duration", "s", "Requests to receivers, by what the answer means.");
        _dead = meter.CreateCounter<long>("wa.webhook.dead", "{event}", "Events that were given up for a webhook.");
        _disabled = meter.CreateCounter<long>("wa.webhook.disabled", "{webhook}", "Webhooks that were switched off because they failed.");
        _awake = meter.CreateUpDownCounter<int>("wa.webhook.active", "{webhook}", "Webhooks that this process delivers to.");
    }

    public void Attempted(Attempt attempt) =>
        _attempts.Record(attempt.Duration.TotalSeconds, new KeyValuePair<string, object?>("wa.webhook.outcome", WireJson.NameOf(attempt.Meaning)));

    public void Buried() => _dead.Add(1);

    public void Disabled(WebhookDisabledReason reason) => _disabled.Add(1, new KeyValuePair<string, object?>("wa.webhook.reason", WireJson.NameOf(reason)));

    public void Began() => _awake.Add(1);

    public void Ended() => _awake.Add(-1);
}
