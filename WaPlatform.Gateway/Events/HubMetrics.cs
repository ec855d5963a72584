using System.Diagnostics.Metrics;

namespace WaPlatform.Gateway.Events;

internal sealed class HubMetrics
{
    private readonly UpDownCounter<int> _connections;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _cutOffs;
    private readonly Counter<long> _events;
    private readonly UpDownCounter<int> _streams;
    private readonly Counter<long> _streamCutOffs;

    public HubMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _connections = meter.CreateUpDownCounter<int>("wa.hub.connections", "{connection}", "Open hub connections.");
        _frames = meter.CreateCounter<long>("wa.hub.frames", "{frame}", "Frames that were queued for hub connections.");
        _cutOffs = meter.CreateCounter<long>("wa.hub.cutoffs", "{connection}", "Hub connections that did not keep up.");
        _events = meter.CreateCounter<long>("wa.hub.events", "{event}", "Events that came from the owners of devices.");
        _streams = meter.CreateUpDownCounter<int>("wa.stream.connections", "{connection}", "Open event streams.");
        _streamCutOffs = meter.CreateCounter<long>("wa.stream.cutoffs", "{connection}", "Readers of event streams that did not keep up.");
    }

    public void Connected() => _connections.Add(1);

    public void Disconnected() => _connections.Add(-1);

    public void Sent(int frames) => _frames.Add(frames);

    public void CutOff() => _cutOffs.Add(1);

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);

    public void StreamCutOff() => _streamCutOffs.Add(1);

    public void Received(int events) => _events.Add(events);
}
