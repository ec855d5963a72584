namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>The simulator answers what the real binary was recorded to answer, in the same circumstances.</summary>
public sealed class RecordedExchangesTests(ReplayedRecording recording) : IClassFixture<ReplayedRecording>
{
    public static TheoryData<string> Setups => [.. RecordedSetup.All.Select(setup => setup.Name)];

    [Theory]
    [MemberData(nameof(Setups))]
    public async Task Replay_RecordedSetup_AnswersAsRecorded(string setup)
    {
        var outcome = await recording.OutcomeAsync(setup).WaitAsync(TestContext.Current.CancellationToken);

        Assert.True(outcome.Mismatches.Length == 0, $"{outcome.Mismatches.Length} differences:\n{string.Join('\n', outcome.Mismatches)}");
    }

    [Fact]
    public async Task Replay_WholeRecording_LeavesNoExchangeOut()
    {
        var outcomes = await recording.AllAsync().WaitAsync(TestContext.Current.CancellationToken);

        var replayed = outcomes.SelectMany(outcome => outcome.Replayed).Order();
        Assert.Equal(Enumerable.Range(0, 845), replayed);
        Assert.Equal(845, Exchange.All.Count);
    }
}
