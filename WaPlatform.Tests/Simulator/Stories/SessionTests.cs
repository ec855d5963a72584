namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>What survives the end of a process, and what two processes on one directory do to each other (gowa contract §3, §8).</summary>
public sealed class SessionTests
{
    private const string Slot = "num-1";
    private const string AdJid = "628123456789:12@s.whatsapp.net";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_ProcessKilled_IsThereAfterTheNextStart()
    {
        await using var first = await PairedAsync();
        first.Kill();
        await first.ExitAsync(CancellationToken);

        await using var second = await NextAsync(first);

        await second.OnlineAsync(Slot, CancellationToken);
    }

    [Fact]
    public async Task Session_ChatStorageLost_IsASlotNamedByItsAdJid()
    {
        await using var first = await PairedAsync();
        await first.StopAsync(CancellationToken);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(first.Directory, "storages"), "chatstorage.db*"))
        {
            File.Delete(file);
        }

        await using var second = await NextAsync(first);

        Assert.Equal([AdJid], await SlotsAsync(second));
        await second.OnlineAsync(AdJid, CancellationToken);
        await second.OnlineAsync("628123456789@s.whatsapp.net", CancellationToken);
    }

    [Fact]
    public async Task Session_KilledBetweenPairingAndConnection_IsSplitFromItsSlot()
    {
        await using var first = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_PAIR_GAP", "60000"), CancellationToken);
        await first.CreateSlotAsync(Slot, CancellationToken);
        using (await first.GetAsync("/app/login", Slot, CancellationToken))
        {
        }

        await first.ControlAsync("scan", new { phone = SimulatorPhone.Number }, CancellationToken);
        first.Kill();
        await first.ExitAsync(CancellationToken);

        await using var second = await NextAsync(first);

        Assert.Equal([AdJid, Slot], await SlotsAsync(second));
    }

    [Fact]
    public async Task Session_SecondProcessOnTheDirectory_EndsTheFirstWithZeroAndWithoutAWord()
    {
        await using var first = await PairedAsync();
        var words = first.Error.Text;

        await using var second = await NextAsync(first);
        await second.OnlineAsync(Slot, CancellationToken);

        Assert.Equal(0, await first.ExitAsync(CancellationToken));
        Assert.Equal(words, first.Error.Text);
        Assert.False(second.HasExited);
    }

    [Fact]
    public async Task Crash_Ordered_EndsWithTwoAndAPanic()
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);

        try
        {
            await simulator.ControlAsync("crash", new { }, CancellationToken);
        }
        catch (HttpRequestException)
        {
            // A process that dies answers nothing.
        }

        Assert.Equal(2, await simulator.ExitAsync(CancellationToken));
        Assert.Contains("panic: ", simulator.Error.Text, StringComparison.Ordinal);
        Assert.Contains("goroutine ", simulator.Error.Text, StringComparison.Ordinal);
    }

    private static async Task<SimulatorProcess> PairedAsync()
    {
        var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_PAIR_GAP", "100").With("SIM_AUTO_CONNECT_DELAY", "300"), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }

    private static Task<SimulatorProcess> NextAsync(SimulatorProcess first) =>
        SimulatorProcess.StartAsync(first.Start with { Directory = first.Directory }, CancellationToken);

    private static async Task<string[]> SlotsAsync(SimulatorProcess simulator) =>
        [.. (await simulator.ResultsAsync("/devices", "any", CancellationToken)).EnumerateArray().Select(slot => slot.GetProperty("id").GetString()!)];
}
