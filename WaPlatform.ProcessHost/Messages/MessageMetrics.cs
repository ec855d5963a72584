using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Messages;

namespace WaPlatform.ProcessHost.Messages;

internal sealed class MessageMetrics
{
    private readonly Histogram<double> _engine;
    private readonly Counter<long> _moved;

    public MessageMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _engine = meter.CreateHistogram<double>("wa.message.engine.duration", "s", "The engine's time for one attempt to send.");
        _moved = meter.CreateCounter<long>("wa.message.status", "{message}", "Messages that came into a status.");
    }

    public void Attempted(SendClass outcome, TimeSpan elapsed) =>
        _engine.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("wa.send.outcome", WireJson.NameOf(outcome)));

    public void Moved(MessageStatus status) => _moved.Add(1, new KeyValuePair<string, object?>("wa.message.status", WireJson.NameOf(status)));
}
