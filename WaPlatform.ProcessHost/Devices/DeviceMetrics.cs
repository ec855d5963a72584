using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Processes;

namespace WaPlatform.ProcessHost.Devices;

internal sealed class DeviceMetrics
{
    private readonly ConcurrentDictionary<EngineProcess, bool> _running = new();
    private readonly UpDownCounter<int> _processes;
    private readonly UpDownCounter<int> _current;
    private readonly Counter<long> _exits;
    private readonly Counter<long> _states;

    public DeviceMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(Telemetry.Name);
        _processes = meter.CreateUpDownCounter<int>("wa.device.processes", "{process}", "Engine processes that run.");
        _exits = meter.CreateCounter<long>("wa.device.process.exits", "{exit}", "Ends of engine processes.");
        _current = meter.CreateUpDownCounter<int>("wa.device.states", "{device}", "Devices of this host, by the state that they are in.");
        meter.CreateObservableGauge("wa.device.process.memory", () => _running.Keys.Sum(process => process.Sample().MemoryBytes), "By", "Memory of all engine processes.");
        _states = meter.CreateCounter<long>("wa.device.state.changes", "{change}", "Devices that came into a state.");
    }

    public void ProcessStarted(EngineProcess process)
    {
        _running[process] = true;
        _processes.Add(1);
    }

    public void ProcessGone(EngineProcess process)
    {
        _running.TryRemove(process, out _);
        _processes.Add(-1);
    }

    // Few fixed reasons as the tag; a number would make one series a phone.
    public void ProcessEnded(DeviceReason reason) => _exits.Add(1, new KeyValuePair<string, object?>("wa.exit.reason", WireJson.NameOf(reason)));

    public void StateChanged(DeviceState state) => _states.Add(1, Tag(state));

    /// <summary>A device of this host is in another state now; null where it was, or is, not this host's.</summary>
    public void Moved(DeviceState? from, DeviceState? to)
    {
        if (from is { } before)
        {
            _current.Add(-1, Tag(before));
        }

        if (to is { } now)
        {
            _current.Add(1, Tag(now));
        }
    }

    private static KeyValuePair<string, object?> Tag(DeviceState state) => new("wa.device.state", WireJson.NameOf(state));
}
