using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>The proof of <c>SIM_LIVES</c> that no two processes ran with one number's session at a time.</summary>
public sealed class LivesTests : IDisposable
{
    private const string Slot = "num-1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("simulator-lives-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_directory.FullName, "lives.jsonl");

    [Fact]
    public async Task Lives_TwoProcessesOnOneSession_AreSeenToOverlap()
    {
        await using var first = await PairedAsync();
        await using var second = await NextAsync(first);

        // The second connects two seconds after its start and so ends the first; then the lock is its own.
        Assert.Equal(0, await first.ExitAsync(CancellationToken));
        await LinesAsync(3);
        Assert.Equal(0, await second.StopAsync(CancellationToken));

        Assert.Equal([(first.Id, "start"), (second.Id, "overlap"), (second.Id, "start"), (second.Id, "stop")], await LinesAsync(4));
    }

    [Fact]
    public async Task Lives_FirstKilled_NextDoesNotOverlap()
    {
        await using var first = await PairedAsync();
        first.Kill();
        await first.ExitAsync(CancellationToken);

        await using var second = await NextAsync(first);

        Assert.Equal([(first.Id, "start"), (second.Id, "start")], await LinesAsync(2));
    }

    [Fact]
    public async Task Lives_UnpairedOrOtherNumbers_DoNotMeet()
    {
        await using var unpaired = await SimulatorProcess.StartAsync(Start(), CancellationToken);
        await using var first = await PairedAsync();
        await using var other = await SimulatorProcess.StartAsync(Start(), CancellationToken);
        await other.PairAsync(Slot, CancellationToken, "628123450002");

        Assert.Equal([(first.Id, "start"), (other.Id, "start")], await LinesAsync(2));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private SimulatorStart Start() => new SimulatorStart().With("SIM_LIVES", Path).With("SIM_PAIR_GAP", "100");

    private async Task<SimulatorProcess> PairedAsync()
    {
        var simulator = await SimulatorProcess.StartAsync(Start(), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }

    private static Task<SimulatorProcess> NextAsync(SimulatorProcess first) =>
        SimulatorProcess.StartAsync(first.Start with { Directory = first.Directory }, CancellationToken);

    private async Task<(int Pid, string Kind)[]> LinesAsync(int count)
    {
        await Eventually.TrueAsync(async token => (await File.ReadAllLinesAsync(Path, token)).Length >= count, Patience, CancellationToken);
        return [.. (await File.ReadAllLinesAsync(Path, CancellationToken)).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => (line.GetProperty("pid").GetInt32(), line.GetProperty("kind").GetString()!))];
    }
}
