using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;

namespace WaPlatform.ProcessHost.Events;

internal sealed class EventMetrics
{
    private readonly Counter<long> _appended;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _refused;

    public EventMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _appended = meter.CreateCounter<long>("wa.event.appended", "{event}", "Events stored in the journal.");
        _dropped = meter.CreateCounter<long>("wa.event.dropped", "{event}", "Events that could not be stored.");
        _refused = meter.CreateCounter<long>("wa.event.refused", "{event}", "Events of an owner that no longer is, or of a device that was deleted.");
    }

    public void Appended(EventSource source) => _appended.Add(1, new KeyValuePair<string, object?>("wa.event.source", WireJson.NameOf(source)));

    public void Dropped() => _dropped.Add(1);

    public void Refused(int events) => _refused.Add(events);
}
