using WaPlatform.ProcessHost.Pairing;

namespace WaPlatform.Tests.ProcessHost;

public sealed class PairingPolicyTests
{
    [Fact]
    public void WaitBeforeCall_FewerThanThreeInThreeMinutes_MayCallAtOnce() =>
        Assert.Equal(TimeSpan.Zero, QrPolicy.WaitBeforeCall([TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(58), TimeSpan.FromSeconds(1)]));

    [Fact]
    public void WaitBeforeCall_ThreeInThreeMinutes_WaitsUntilTheFirstIsThreeMinutesOld() =>
        Assert.Equal(TimeSpan.FromSeconds(6), QrPolicy.WaitBeforeCall([TimeSpan.FromSeconds(174), TimeSpan.FromSeconds(116), TimeSpan.FromSeconds(58)]));

    // Somebody who polls for half an hour: the rule of gowa contract §7.4 holds in every window, and the wait is short enough to sit out.
    [Fact]
    public void WaitBeforeCall_AskedAgainWheneverACodeEnds_NeverMoreThanThreeCallsInThreeMinutes()
    {
        var calls = new List<TimeSpan>();
        for (var now = TimeSpan.Zero; now < TimeSpan.FromMinutes(30); now += QrPolicy.CodeLife - QrPolicy.Lead)
        {
            var wait = QrPolicy.WaitBeforeCall([.. calls.Select(at => now - at)]);
            Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            now += wait;
            calls.Add(now);
        }

        foreach (var start in calls)
        {
            Assert.InRange(calls.Count(at => at >= start && at < start + QrPolicy.Window), 1, QrPolicy.CallsPerWindow);
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void NeedsFreshProcess_AfterThreeCallsInOne(int calls, bool needs) => Assert.Equal(needs, QrPolicy.NeedsFreshProcess(calls));
}
