namespace WaPlatform.Tests.Simulator;

public sealed class SimulatorProcessTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_FreshDirectory_AnswersHealthAndStopsOnSigterm()
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);

        Assert.Equal("OK", await simulator.Client.GetStringAsync(new Uri("/health", UriKind.Relative), CancellationToken));
        Assert.Equal(0, await simulator.StopAsync(CancellationToken));
    }
}
