using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Devices;

namespace WaPlatform.Tests.ProcessHost;

public sealed class DeviceStateMachineTests
{
    private static readonly DeviceFacts Running = new() { Desired = DesiredState.Running, Phase = ProcessPhase.Running };

    public static TheoryData<string, DeviceState, DeviceReason?> Lives => new()
    {
        { "stopped by an operator", DeviceState.Stopped, DeviceReason.Operator },
        { "starting", DeviceState.Starting, null },
        { "unpaired", DeviceState.Pairing, null },
        { "unpaired, nobody scanned", DeviceState.Pairing, DeviceReason.QrTimeout },
        { "paired, dialing", DeviceState.Connecting, null },
        { "paired, restarted after pairing", DeviceState.Connecting, DeviceReason.PairingRestart },
        { "connected", DeviceState.Connected, null },
        { "connected, may not write to strangers", DeviceState.Connected, DeviceReason.ReachoutTimelock },
        { "connected, deaf", DeviceState.Disconnected, DeviceReason.Deaf },
        { "deaf, its network away", DeviceState.Disconnected, DeviceReason.NetworkDown },
        { "socket up, not logged in", DeviceState.Connecting, null },
        { "logged in, socket down", DeviceState.Disconnected, DeviceReason.NetworkDown },
        { "both flags, but a status request hangs", DeviceState.Connecting, DeviceReason.NetworkDown },
        { "unlinked on the phone", DeviceState.LoggedOut, DeviceReason.LoggedOutByPhone },
        { "crashed while connected", DeviceState.BackingOff, DeviceReason.EngineCrash },
        { "crash loop", DeviceState.Failed, DeviceReason.CrashLoop },
        { "no binary", DeviceState.Failed, DeviceReason.EngineMissing },
    };

    [Theory]
    [MemberData(nameof(Lives))]
    public void Decide_EveryKindOfLife_HasItsStateAndReason(string life, DeviceState state, DeviceReason? reason) =>
        Assert.Equal((state, reason), DeviceStateMachine.Decide(Facts(life)));

    // The fault of every rival (and of the original): a process that runs was called a number that is connected.
    [Fact]
    public void Decide_AnyFactsWithoutALiveConnection_IsNeverConnected()
    {
        bool[] both = [false, true];
        var all =
            from phase in Enum.GetValues<ProcessPhase>()
            from paired in both
            from connected in both
            from loggedIn in both
            from dialing in both
            from settling in both
            from deaf in both
            select new DeviceFacts { Desired = DesiredState.Running, Phase = phase, Paired = paired, IsConnected = connected, IsLoggedIn = loggedIn, Dialing = dialing, Settling = settling, Deaf = deaf, WasConnected = true };

        foreach (var facts in all.Where(facts => DeviceStateMachine.Decide(facts).State == DeviceState.Connected))
        {
            Assert.Equal(ProcessPhase.Running, facts.Phase);
            Assert.True(facts is { Paired: true, IsConnected: true, IsLoggedIn: true, Dialing: false, Settling: false, Deaf: false });
        }
    }

    private static DeviceFacts Facts(string life) => life switch
    {
        "stopped by an operator" => new() { Desired = DesiredState.Stopped, PhaseReason = DeviceReason.Operator },
        "starting" => new() { Desired = DesiredState.Running, Phase = ProcessPhase.Starting, Paired = true, IsConnected = true, IsLoggedIn = true },
        "unpaired" => Running with { IsConnected = true },
        "unpaired, nobody scanned" => Running with { Obstacle = DeviceReason.QrTimeout },
        "paired, dialing" => Running with { Paired = true, Dialing = true },
        "paired, restarted after pairing" => Running with { Paired = true, Settling = true, IsConnected = true, IsLoggedIn = true },
        "connected" => Running with { Paired = true, IsConnected = true, IsLoggedIn = true, WasConnected = true },
        "connected, may not write to strangers" => Facts("connected") with { Timelocked = true },
        "connected, deaf" => Facts("connected") with { Deaf = true },
        "deaf, its network away" => Facts("logged in, socket down") with { Deaf = true },
        "socket up, not logged in" => Running with { Paired = true, IsConnected = true },
        "logged in, socket down" => Running with { Paired = true, IsLoggedIn = true, WasConnected = true },
        "both flags, but a status request hangs" => Running with { Paired = true, IsConnected = true, IsLoggedIn = true, WasConnected = true, Dialing = true },
        "unlinked on the phone" => Running with { UnlinkedBy = DeviceReason.LoggedOutByPhone },
        "crashed while connected" => Running with { Phase = ProcessPhase.BackingOff, PhaseReason = DeviceReason.EngineCrash, Paired = true, IsConnected = true, IsLoggedIn = true },
        "crash loop" => Running with { Phase = ProcessPhase.GivenUp, PhaseReason = DeviceReason.CrashLoop, Paired = true },
        "no binary" => Running with { Phase = ProcessPhase.GivenUp, PhaseReason = DeviceReason.EngineMissing },
        _ => throw new ArgumentOutOfRangeException(nameof(life)),
    };
}
