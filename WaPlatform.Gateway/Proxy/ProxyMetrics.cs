using System.Diagnostics.Metrics;

namespace WaPlatform.Gateway.Proxy;

internal sealed class ProxyMetrics
{
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _turnWait;

    public ProxyMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _requests = meter.CreateCounter<long>("wa.proxy.requests", "{request}", "Requests to engines, by how they ended.");
        _turnWait = meter.CreateHistogram<double>("wa.proxy.turn.wait", "s", "How long sends through the proxy waited for their turn.");
    }

    /// <param name="outcome"><c>answered</c>, <c>broken</c> (mid-way), <c>failed</c>, <c>no_engine</c> or <c>no_turn</c>.</param>
    public void Forwarded(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("wa.proxy.outcome", outcome));

    /// <param name="outcome"><c>given</c>, <c>none</c> (in time), <c>gone</c> (the caller, or the gateway stops) or <c>failed</c> (the owner).</param>
    public void TurnWaited(TimeSpan elapsed, string outcome) =>
        _turnWait.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("wa.proxy.turn.outcome", outcome));
}
