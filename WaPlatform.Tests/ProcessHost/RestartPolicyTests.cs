using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Devices;

namespace WaPlatform.Tests.ProcessHost;

public sealed class RestartPolicyTests
{
    private const double NoJitter = 0.5;

    private static readonly SupervisionOptions Options = new()
    {
        FirstRestartDelay = TimeSpan.FromSeconds(1), MaxRestartDelay = TimeSpan.FromSeconds(30), MaxExitsInWindow = 7, StreamReplacedDelay = TimeSpan.FromSeconds(20),
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(6, 30)]
    [InlineData(7, 30)]
    public void Decide_CrashAfterCrash_WaitsTwiceAsLongUpToTheLimit(int exits, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RestartPolicy.Decide(DeviceReason.EngineCrash, exits, NoJitter, Options));

    [Fact]
    public void Decide_TooManyExitsInTheWindow_GivesUp() => Assert.Null(RestartPolicy.Decide(DeviceReason.EngineCrash, 8, NoJitter, Options));

    [Fact]
    public void Decide_StreamReplaced_DoesNotRestartAtOnce() =>
        Assert.Equal(Options.StreamReplacedDelay, RestartPolicy.Decide(DeviceReason.StreamReplaced, 1, NoJitter, Options));

    [Fact]
    public void Decide_Jitter_SpreadsByAFifthEachWay()
    {
        Assert.Equal(TimeSpan.FromSeconds(0.8), RestartPolicy.Decide(DeviceReason.EngineCrash, 1, 0, Options));
        Assert.Equal(TimeSpan.FromSeconds(1.2), RestartPolicy.Decide(DeviceReason.EngineCrash, 1, 1, Options));
    }

    // A back-off that is reset by each start lets a crash loop go on for ever: only time without exits counts.
    [Fact]
    public void ExitWindow_ExitsLeaveItByTimeAlone()
    {
        var clock = new FakeTimeProvider();
        var window = new ExitWindow(TimeSpan.FromMinutes(10), clock);

        Assert.Equal(1, window.Add());
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(2, window.Add());
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(2, window.Add());
    }

    [Theory]
    [InlineData(0, null, DeviceReason.StreamReplaced)]
    [InlineData(1, null, DeviceReason.EngineExit)]
    [InlineData(2, null, DeviceReason.EngineCrash)]
    [InlineData(137, null, DeviceReason.EngineCrash)]
    [InlineData(0, DeviceReason.Operator, DeviceReason.Operator)]
    [InlineData(137, DeviceReason.EngineUnresponsive, DeviceReason.EngineUnresponsive)]
    public void ExitMeaning_CodeAndWish_GiveTheReason(int exitCode, DeviceReason? asked, DeviceReason reason) => Assert.Equal(reason, ExitMeaning.Of(exitCode, asked));

    [Theory]
    [InlineData(DesiredState.Running, DeviceState.Connected, null, true, true)]
    [InlineData(DesiredState.Running, DeviceState.Pairing, null, false, true)]
    [InlineData(DesiredState.Running, DeviceState.Failed, DeviceReason.EngineMissing, true, true)]
    [InlineData(DesiredState.Running, DeviceState.Failed, DeviceReason.CrashLoop, true, false)]
    [InlineData(DesiredState.Running, DeviceState.Failed, DeviceReason.StreamReplaced, true, false)]
    [InlineData(DesiredState.Stopped, DeviceState.Stopped, DeviceReason.Operator, true, false)]
    public void ResumePolicy_WishAndLastState_DecideWhetherTheEngineStarts(DesiredState desired, DeviceState last, DeviceReason? reason, bool paired, bool starts) =>
        Assert.Equal(starts, ResumePolicy.Decide(desired, last, reason, paired).Starts);
}
