using System.Diagnostics.Metrics;

namespace WaPlatform.ProcessHost.Mirror;

internal sealed class MirrorMetrics
{
    private readonly UpDownCounter<int> _open;
    private readonly Counter<long> _frames;

    public MirrorMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _open = meter.CreateUpDownCounter<int>("wa.mirror.sockets", "{socket}", "Open sockets to engines.");
        _frames = meter.CreateCounter<long>("wa.mirror.frames", "{frame}", "Frames read from engines.");
    }

    public void Opened() => _open.Add(1);

    public void Closed() => _open.Add(-1);

    public void FrameRead(bool kept) => _frames.Add(1, new KeyValuePair<string, object?>("wa.mirror.outcome", kept ? "kept" : "dropped"));

    public void Unreadable() => _frames.Add(1, new KeyValuePair<string, object?>("wa.mirror.outcome", "unreadable"));
}
