using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.ProcessHost.Events;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>What is known of one device now. Each change of it may make another state; that is then stored, told to clients and logged.</summary>
internal sealed partial class DeviceCondition(DeviceRecord record, DeviceJournal journal, DeviceMetrics metrics, TimeProvider timeProvider, ILogger logger)
{
    private string? _jid = record.Device.Jid;
    private bool _isStored;
    private DeviceState? _counted;

    public DeviceFacts Facts { get; private set; } = new() { Desired = record.Device.Desired, Paired = record.Device.Jid is not null };

    public DeviceState State => record.Device.State;

    /// <summary>The process was unpaired at some time of its life: a pairing in it has to be settled by a restart (gowa contract §0.18).</summary>
    public bool PairsInThisProcess { get; private set; }

    /// <summary>Set while we ask the engine to unlink: its own word of it comes before its answer.</summary>
    public bool IsUnlinking { get; set; }

    /// <summary>Told of each change of state.</summary>
    public event Action? Changed;

    /// <summary>Changes what is known, and says so if that makes another state.</summary>
    public void Update(Func<DeviceFacts, DeviceFacts> change)
    {
        Facts = change(Facts);
        var (state, reason) = DeviceStateMachine.Decide(Facts);
        Count(state);
        var before = (record.Device.State, record.Device.Reason);
        var jid = Facts.Paired ? _jid : null;
        if (before == (state, reason) && jid == record.Device.Jid && _isStored)
        {
            return;
        }

        var since = before == (state, reason) ? record.Device.Since : timeProvider.GetUtcNow();
        _isStored = true;
        record.SetState(state, reason, since, jid);
        if (before != (state, reason))
        {
            journal.Append(EventTypes.StateChanged, EventSource.Platform, new StateChangedData(state, reason, since, before.State));
            metrics.StateChanged(state);
            Log.StateChanged(logger, PhoneNumber.Parse(record.Device.PhoneNumber).Masked, before.State, state, reason is null ? "" : $" ({reason})");
        }

        Changed?.Invoke();
    }

    /// <summary>The engine is ready, and its slot belongs to this account; to none if null.</summary>
    public void EngineReady(string? jid)
    {
        _jid = jid;
        PairsInThisProcess = jid is null;
        Update(facts => facts with { Phase = ProcessPhase.Running, PhaseReason = null, Paired = jid is not null, Settling = facts.Settling && jid is not null });
    }

    /// <summary>The phone accepted the code; the engine will name the account in a moment.</summary>
    public void PairingSeen() => Update(facts => facts with { Paired = true, Settling = true, UnlinkedBy = null, Obstacle = null });

    /// <summary>The session belongs to this account.</summary>
    public void SetJid(string jid) => _jid = jid;

    /// <summary>The number is paired and online for the first time in this process.</summary>
    public void Paired(string jid)
    {
        _jid = jid;
        journal.Append(EventTypes.Paired, EventSource.Platform, new PairedData(jid));
        PairingSeen();
    }

    /// <summary>The session is gone: by the phone, or by an operator.</summary>
    public void Unlink(DeviceReason by)
    {
        _jid = null;
        PairsInThisProcess = true;
        Update(facts => facts with { Paired = false, Settling = false, UnlinkedBy = facts.UnlinkedBy ?? (IsUnlinking ? DeviceReason.Operator : by), IsConnected = false, IsLoggedIn = false });
    }

    /// <summary>This host lets go of the device.</summary>
    public void Leave() => Count(null);

    private void Count(DeviceState? state)
    {
        if (_counted != state)
        {
            metrics.Moved(_counted, state);
            _counted = state;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Device {Phone}: {Before} -> {State}{Why}.")]
        public static partial void StateChanged(ILogger logger, string phone, DeviceState before, DeviceState state, string why);
    }
}
