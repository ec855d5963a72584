using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Decides from the facts alone whether a device that got another engine works with it.</summary>
internal static class DeviceGate
{
    // Of the exchange itself: what is being sent comes to its end, then the engine drains (16 s).
    private static readonly TimeSpan LongestRenewal = TimeSpan.FromMinutes(1);

    public static GateVerdict Judge(GateFacts facts) => facts.State switch
    {
        RolloutDeviceState.Restarting => Restarting(facts),
        RolloutDeviceState.Soaking => Soaking(facts),
        RolloutDeviceState.RollingBack => RollingBack(facts),
        _ => Stay(facts),
    };

    private static GateVerdict Restarting(GateFacts facts)
    {
        var late = IsLate(facts);
        if (facts.Sight is not { } sight || !facts.IsRenewed)
        {
            return late ? Fail(RolloutReason.NotReady) : Stay(facts);
        }

        if (sight.State == DeviceState.Stopped)
        {
            return new GateVerdict(RolloutDeviceState.Left);
        }

        if (sight.State is DeviceState.BackingOff or DeviceState.Failed)
        {
            return Fail(RolloutReason.EngineEnded);
        }

        if (sight.Version is null)
        {
            return late ? Fail(RolloutReason.NotReady) : Stay(facts);
        }

        if (sight.Version != facts.Version)
        {
            return Fail(RolloutReason.WrongVersion);
        }

        return !facts.WasConnected || sight.IsConnected ? new GateVerdict(RolloutDeviceState.Soaking)
            : late ? Fail(RolloutReason.NotConnected)
            : Stay(facts);
    }

    private static GateVerdict Soaking(GateFacts facts)
    {
        var late = facts.Elapsed > facts.Soak + facts.ConnectTimeout;
        switch (facts.Sight)
        {
            case null:
                return late ? Fail(RolloutReason.NotReady) : Stay(facts);
            case { State: DeviceState.Stopped }:
                return new GateVerdict(RolloutDeviceState.Left);
            case { State: DeviceState.BackingOff or DeviceState.Failed }:
                return Fail(RolloutReason.EngineEnded);
            case { Version: null }:
                return late ? Fail(RolloutReason.NotReady) : Stay(facts);
            case { IsSameProcess: false }:
                // Another host took it, or an operator restarted it: it has to show anew that it works.
                return new GateVerdict(RolloutDeviceState.Restarting);
            case { IsConnected: false } when facts.WasConnected:
                return Fail(RolloutReason.ConnectionLost);
        }

        if (facts.Elapsed < facts.Soak)
        {
            return Stay(facts);
        }

        // Green, and deaf: what waits must go out, too.
        return !facts.WasConnected || facts.Sight.Sends ? new GateVerdict(RolloutDeviceState.Healthy)
            : late ? Fail(RolloutReason.NothingSent)
            : Stay(facts);
    }

    // There is nothing better to go to: what does not come up with the version before is left to its supervision.
    private static GateVerdict RollingBack(GateFacts facts) =>
        IsLate(facts) || (facts.IsRenewed && facts.Sight is { } sight && (sight.State == DeviceState.Stopped || (sight.Version is { } version && version != facts.Version)))
            ? new GateVerdict(RolloutDeviceState.RolledBack)
            : Stay(facts);

    private static bool IsLate(GateFacts facts) => facts.Elapsed > facts.ConnectTimeout + (facts.IsRenewed ? TimeSpan.Zero : LongestRenewal);

    private static GateVerdict Stay(GateFacts facts) => new(facts.State);

    private static GateVerdict Fail(RolloutReason reason) => new(RolloutDeviceState.Failed, reason);
}

/// <summary>All that is known of one device that is being watched.</summary>
/// <param name="Elapsed">Since it has this state.</param>
/// <param name="WasConnected">Before it was touched.</param>
/// <param name="IsRenewed">Its engine was exchanged, or is another one by now.</param>
/// <param name="Version">The one that it is to have, or to get rid of.</param>
/// <param name="Sight">Null if its owner could not be asked.</param>
internal sealed record GateFacts(
    RolloutDeviceState State, TimeSpan Elapsed, bool WasConnected, bool IsRenewed, EngineVersion Version, TimeSpan ConnectTimeout, TimeSpan Soak, DeviceSight? Sight);

/// <summary>What the owner of a device says of it.</summary>
/// <param name="Version">That its engine itself says; null while none answers.</param>
/// <param name="IsConnected">To WhatsApp, and its mirror to the platform.</param>
/// <param name="IsSameProcess">As the one that began to be watched.</param>
/// <param name="Sends">No message waits that could have been sent.</param>
internal sealed record DeviceSight(DeviceState State, EngineVersion? Version, bool IsConnected, bool IsSameProcess, bool Sends)
{
    // The database keeps microseconds.
    private static readonly TimeSpan SameStart = TimeSpan.FromMilliseconds(1);

    /// <param name="watchedSince">Start of the process that is being watched; null if none is yet.</param>
    /// <param name="soak">A device that sends less often than that may have what waits.</param>
    public static DeviceSight Of(DeviceLive live, DateTimeOffset? watchedSince, TimeSpan soak) => new(
        live.State,
        EngineVersion.TryParse(live.Process?.EngineVersion, out var version) ? version : null,
        live is { State: DeviceState.Connected, Engine.WebSocketOpen: true },
        live.Process is not { } process || watchedSince is not { } since || (process.StartedAt - since).Duration() < SameStart,
        live.Queue is { Pending: 0 } or { Paused: true } or { ParkedUntil: not null } || live.Queue.Settings.IntervalMs > soak.TotalMilliseconds
            || live.Engine?.LastOutboundAt >= live.Process?.StartedAt);
}

/// <summary>What becomes of a device.</summary>
internal readonly record struct GateVerdict(RolloutDeviceState State, RolloutReason? Reason = null);
