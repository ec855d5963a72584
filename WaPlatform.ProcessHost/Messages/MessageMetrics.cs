using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;

namespace WaPlatform.ProcessHost.Messages;

internal sealed class MessageMetrics
{
    private readonly ConcurrentDictionary<string, int> _depths = new();
    private readonly Histogram<double> _engine;
    private readonly Histogram<double> _queued;
    private readonly Counter<long> _moved;

    public MessageMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _engine = meter.CreateHistogram<double>("wa.message.engine.duration", "s", "The engine's time for one attempt to send.");
        _queued = meter.CreateHistogram<double>("wa.message.queue.duration", "s", "Time from when a message could be sent until it was first tried.");
        _moved = meter.CreateCounter<long>("wa.message.status", "{message}", "Messages that came into a status; failed ones by their error code.");
        meter.CreateObservableGauge("wa.message.queue.depth", () => _depths.Values.Sum(), "{message}", "Messages that wait in the queues of this host, as last counted.");
    }

    public void Attempted(SendClass outcome, TimeSpan elapsed) =>
        _engine.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("wa.send.outcome", WireJson.NameOf(outcome)));

    public void Begun(TimeSpan waited) => _queued.Record(waited.TotalSeconds);

    public void Moved(Message message)
    {
        var status = new KeyValuePair<string, object?>("wa.message.status", WireJson.NameOf(message.Status));
        if (message.Status == MessageStatus.Failed)
        {
            _moved.Add(1, status, new KeyValuePair<string, object?>("wa.message.error", message.ErrorCode));
        }
        else
        {
            _moved.Add(1, status);
        }
    }

    /// <summary>A device's queue was counted.</summary>
    public void Depth(string phoneNumber, int waiting) => _depths[phoneNumber] = waiting;

    /// <summary>The device is another host's from now on.</summary>
    public void Forget(string phoneNumber) => _depths.TryRemove(phoneNumber, out _);
}
