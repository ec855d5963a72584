using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Messages;

namespace WaPlatform.Gateway.Messages;

internal sealed class MessageMetrics
{
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _answered;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _commitDuration;

    public MessageMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _accepted = meter.CreateCounter<long>("wa.message.accepted", "{message}", "Messages that were stored for sending.");
        _answered = meter.CreateCounter<long>("wa.message.answered", "{message}", "Send requests that were answered, by the status they told.");
        _batchSize = meter.CreateHistogram<int>("wa.message.commit.size", "{message}", "Messages that shared a transaction.");
        _commitDuration = meter.CreateHistogram<double>("wa.message.commit.duration", "s", "Time of a transaction that stores messages.");
    }

    public void Committed(int messages, TimeSpan elapsed)
    {
        _accepted.Add(messages);
        _batchSize.Record(messages);
        _commitDuration.Record(elapsed.TotalSeconds);
    }

    public void Answered(MessageStatus status) => _answered.Add(1, new KeyValuePair<string, object?>("wa.message.status", WireJson.NameOf(status)));
}
