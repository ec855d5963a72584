using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Hearing;
using WaPlatform.ProcessHost.Messages;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Puts together what only the owner of a device knows, for those who ask.</summary>
internal sealed class DeviceReport(
    DeviceRecord record, DeviceCondition condition, DeviceSupervisor supervisor, Outbox outbox, Correspondence correspondence, EngineHost host)
{
    private DateTimeOffset? _lastInboundAt;

    /// <summary>Takes note of an engine's webhook.</summary>
    public void Note(string engineEvent)
    {
        correspondence.Heard(isReceipt: engineEvent == Receipts.EngineEvent);
        _lastInboundAt = engineEvent == "message" ? host.TimeProvider.GetUtcNow() : _lastInboundAt;
    }

    public async Task<DeviceLive> GetLiveAsync()
    {
        var queue = await GetQueueAsync();
        return new DeviceLive(
            record.Device.State, record.Device.Reason, record.Device.Since, record.Device.Jid, supervisor.Current is { } session ? Describe(session) : null, queue,
            new EngineFlags(
                condition.Facts.IsConnected, condition.Facts.IsLoggedIn, supervisor.Current?.Socket?.IsOpen ?? false, _lastInboundAt, outbox.LastSentAt, outbox.Receipts.LastAt));
    }

    public async Task<QueueInfo> GetQueueAsync()
    {
        var (pending, sending, scheduled, oldest) = await outbox.Store.CountAsync(CancellationToken.None);
        return new QueueInfo(
            pending, sending, scheduled, record.Device.QueuePaused,
            oldest is { } at ? Math.Round((host.TimeProvider.GetUtcNow() - at).TotalSeconds, 1) : null, record.Device.QueueSettings, outbox.Reachout.Until);
    }

    private ProcessInfo Describe(EngineSession session)
    {
        var (memory, cpu) = session.Process.Sample();
        return new ProcessInfo(
            session.Process.Pid, session.Port, session.Process.StartedAt, supervisor.Restarts, memory, cpu, WireJson.NameOf(host.Installation.Kind), session.Version, host.Id);
    }
}
