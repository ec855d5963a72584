using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Hearing;

namespace WaPlatform.Tests.ProcessHost.Hearing;

public sealed class HearingPolicyTests
{
    private static readonly HearingOptions Options = new() { ProbeFailures = 3, MaxRestarts = 2, FirstRest = TimeSpan.FromMinutes(5), LongestRest = TimeSpan.FromMinutes(30) };
    private static readonly HearingSigns Well = new(Unanswered: null, ReceiptsMissing: false, TimeSpan.Zero, HeardSinceStep: false);
    private static readonly HearingSigns NoReceipts = Well with { ReceiptsMissing = true };

    [Theory]
    [InlineData(Deafness.Events)]
    [InlineData(Deafness.Link)]
    public void Decide_EverySilentQuestion_GoesThroughTheStepsAndThenRests(Deafness silent)
    {
        var steps = Play(Enumerable.Repeat(Well with { Unanswered = silent }, 6));

        Assert.Equal([HearingStep.Probe, null, HearingStep.Reconnect, HearingStep.Restart, HearingStep.Restart, HearingStep.Rest], steps);
    }

    [Fact]
    public void Decide_OneAnswerIsLost_IsNoDeafness()
    {
        var (known, step) = HearingPolicy.Decide(HearingCase.None, Well with { Unanswered = Deafness.Events }, Options);
        Assert.Equal(HearingStep.Probe, step);
        Assert.False(known.IsDeaf);

        Assert.Equal((HearingCase.None, HearingStep.Recovered), HearingPolicy.Decide(known, Well, Options));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Decide_AnsweredAfterAStep_IsRecoveredAndStartsFromTheBeginningTheNextTime(int silentQuestions)
    {
        var silent = Well with { Unanswered = Deafness.Events };
        var (steps, known) = PlayTo([.. Enumerable.Repeat(silent, silentQuestions), Well]);

        Assert.Equal(HearingStep.Recovered, steps[^1]);
        Assert.Equal(HearingCase.None, known);
        Assert.Equal([HearingStep.Probe, null, HearingStep.Reconnect], Play(Enumerable.Repeat(silent, 3)));
    }

    [Fact]
    public void Decide_WhileItRests_IsAskedAndLeftAloneUntilThePauseIsOver()
    {
        var silent = Well with { Unanswered = Deafness.Events };
        var (_, resting) = PlayTo([.. Enumerable.Repeat(silent, 6)]);

        Assert.True(resting.IsDeaf);
        Assert.Null(HearingPolicy.Decide(resting, silent with { SinceStep = TimeSpan.FromMinutes(4.9) }, Options).Step);
        Assert.Equal(HearingStep.Reconnect, HearingPolicy.Decide(resting, silent with { SinceStep = TimeSpan.FromMinutes(5) }, Options).Step);
        Assert.Equal(HearingStep.Recovered, HearingPolicy.Decide(resting, Well, Options).Step);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(4, 30)]
    [InlineData(1000, 30)]
    public void Rest_RoundAfterRound_DoublesUpToTheLongest(int rests, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), HearingPolicy.Rest(rests, Options));

    [Fact]
    public void Decide_ReceiptsAreMissing_IsAskedDialsAnewRestartsOnceAndStandsDown()
    {
        var settled = NoReceipts with { SinceStep = Options.ReceiptSettle };

        var (steps, known) = PlayTo([NoReceipts, NoReceipts, NoReceipts, settled, NoReceipts, settled]);

        Assert.Equal([HearingStep.Probe, HearingStep.Reconnect, null, HearingStep.Restart, null, HearingStep.Rest], steps);
        Assert.Equal(HearingCase.None, known);
    }

    [Fact]
    public void Decide_ReceiptsAreMissing_NeverKeepsTheNumberFromSending()
    {
        var known = HearingCase.None;
        foreach (var signs in new[] { NoReceipts, NoReceipts, NoReceipts with { SinceStep = Options.ReceiptSettle } })
        {
            (known, _) = HearingPolicy.Decide(known, signs, Options);
            Assert.False(known.IsDeaf);
        }

        Assert.Equal(HearingStep.Restart, known.Step);
    }

    [Fact]
    public void Decide_SomethingCameAfterTheStep_IsRecovered()
    {
        var (_, known) = PlayTo([NoReceipts, NoReceipts]);

        Assert.Equal((HearingCase.None, HearingStep.Recovered), HearingPolicy.Decide(known, Well with { HeardSinceStep = true }, Options));
    }

    [Fact]
    public void Decide_OneAnswerIsLostWhileReceiptsAreMissing_DoesNotSkipTheSteps()
    {
        var (_, known) = PlayTo([NoReceipts, NoReceipts]);
        Assert.Equal(HearingStep.Reconnect, known.Step);

        var (_, step) = HearingPolicy.Decide(known, NoReceipts with { Unanswered = Deafness.Events }, Options);

        Assert.Null(step);
    }

    [Fact]
    public void Decide_NothingIsWrong_DoesNothing() => Assert.Equal((HearingCase.None, null), HearingPolicy.Decide(HearingCase.None, Well, Options));

    private static List<HearingStep?> Play(IEnumerable<HearingSigns> signs) => PlayTo([.. signs]).Steps;

    private static (List<HearingStep?> Steps, HearingCase Case) PlayTo(IReadOnlyList<HearingSigns> signs)
    {
        var known = HearingCase.None;
        var steps = new List<HearingStep?>();
        foreach (var one in signs)
        {
            (known, var step) = HearingPolicy.Decide(known, one, Options);
            steps.Add(step);
        }

        return (steps, known);
    }
}
