using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

internal sealed class DeviceMetrics
{
    private readonly UpDownCounter<int> _processes;
    private readonly Counter<long> _exits;
    private readonly Counter<long> _states;

    public DeviceMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _processes = meter.CreateUpDownCounter<int>("wa.device.processes", "{process}", "Engine processes that run.");
        _exits = meter.CreateCounter<long>("wa.device.process.exits", "{exit}", "Ends of engine processes.");
        _states = meter.CreateCounter<long>("wa.device.state.changes", "{change}", "Devices that came into a state.");
    }

    public void ProcessStarted() => _processes.Add(1);

    public void ProcessGone() => _processes.Add(-1);

    // Few fixed reasons as the tag; a number would make one series a phone.
    public void ProcessEnded(DeviceReason reason) => _exits.Add(1, new KeyValuePair<string, object?>("wa.exit.reason", WireJson.NameOf(reason)));

    public void StateChanged(DeviceState state) => _states.Add(1, new KeyValuePair<string, object?>("wa.device.state", WireJson.NameOf(state)));
}
