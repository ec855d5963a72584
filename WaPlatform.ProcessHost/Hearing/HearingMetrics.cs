using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Hearing;

internal sealed class HearingMetrics
{
    private readonly Counter<long> _probes;
    private readonly Counter<long> _steps;
    private readonly UpDownCounter<int> _deaf;

    public HearingMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _probes = meter.CreateCounter<long>("wa.device.hearing.probes", "{probe}", "Questions to engines that look connected, by what was asked and whether it was answered.");
        _steps = meter.CreateCounter<long>("wa.device.hearing.steps", "{step}", "Steps that were taken for devices that looked connected and were silent.");
        _deaf = meter.CreateUpDownCounter<int>("wa.device.deaf", "{device}", "Devices that look connected and are known to be deaf.");
    }

    public void Asked(Deafness about, bool answered) => _probes.Add(
        1, new KeyValuePair<string, object?>("wa.probe.about", WireJson.NameOf(about)), new KeyValuePair<string, object?>("wa.probe.answered", answered ? "yes" : "no"));

    public void Took(HearingStep step) => _steps.Add(1, new KeyValuePair<string, object?>("wa.hearing.step", WireJson.NameOf(step)));

    public void Deaf(bool isDeaf) => _deaf.Add(isDeaf ? 1 : -1);
}
