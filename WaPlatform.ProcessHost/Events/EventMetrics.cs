using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;

namespace WaPlatform.ProcessHost.Events;

internal sealed class EventMetrics
{
    private readonly Counter<long> _appended;
    private readonly Counter<long> _dropped;

    public EventMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _appended = meter.CreateCounter<long>("wa.event.appended", "{event}", "Events stored in the journal.");
        _dropped = meter.CreateCounter<long>("wa.event.dropped", "{event}", "Events that could not be stored.");
    }

    public void Appended(EventSource source) => _appended.Add(1, new KeyValuePair<string, object?>("wa.event.source", WireJson.NameOf(source)));

    public void Dropped() => _dropped.Add(1);
}
