using System.Diagnostics.Metrics;

namespace WaPlatform.Gateway.Proxy;

internal sealed class ProxyMetrics
{
    private readonly Counter<long> _requests;

    public ProxyMetrics(IMeterFactory meterFactory) => _requests = meterFactory.Create(Telemetry.Name)
        .CreateCounter<long>("wa.proxy.requests", "{request}", "Requests to engines, by how they ended.");

    /// <param name="outcome"><c>answered</c>, <c>broken</c> (mid-way), <c>failed</c> or <c>no_engine</c>.</param>
    public void Forwarded(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("wa.proxy.outcome", outcome));
}
