using System.Diagnostics.Metrics;

namespace WaPlatform.Gateway.Audit;

internal sealed class AuditMetrics
{
    private readonly Counter<long> _lost;

    public AuditMetrics(IMeterFactory meterFactory) =>
        _lost = meterFactory.Create(Telemetry.Name).CreateCounter<long>("wa.audit.lost", "{entry}", "Audit entries that could not be written; they are in the log.");

    public void Lost() => _lost.Add(1);
}
