using System.Net;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>A number that WhatsApp does not let write to strangers (gowa contract §4.1).</summary>
public sealed class TimelockTests
{
    private const string Slot = "num-1";
    private const string Stranger = "306900000001@s.whatsapp.net";
    private const string Friend = "306900000002@s.whatsapp.net";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stranger, false)]
    [InlineData("100000000000001@lid", false)]
    [InlineData(Friend, true)]
    [InlineData("100000000000002@lid", true)]
    [InlineData("120363000000000001@g.us", true)]
    [InlineData("120363000000000002@newsletter", true)]
    public async Task Send_UnderTimelock_GoesOutToAllButStrangers(string to, bool goesOut)
    {
        await using var simulator = await LockedAsync(count: null);
        foreach (var writer in new[] { Friend, "100000000000002@lid" })
        {
            await simulator.ControlAsync("incoming", new { from = writer, text = "hi" }, CancellationToken);
        }

        using var response = await SendAsync(simulator, to);

        Assert.Equal(goesOut ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(goesOut ? [to] : Array.Empty<string>(), await RecipientsAsync(simulator));
    }

    [Fact]
    public async Task Send_UnderTimelockToAPersonWhoWasOnlyWrittenTo_IsRefusedInGowasWords()
    {
        await using var simulator = await PairedAsync();
        using (await SendAsync(simulator, Stranger))
        {
        }

        await simulator.ControlAsync("sends", new { mode = "timelock" }, CancellationToken);
        using var response = await SendAsync(simulator, Stranger);

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal("WA_REACHOUT_TIMELOCK", body.RootElement.GetProperty("code").GetString());
        Assert.StartsWith(
            "WhatsApp rejected this send due to reachout timelock or privacy-token state.", body.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timelock_WithACount_EndsAfterThatManyRefusals()
    {
        await using var simulator = await LockedAsync(count: 2);
        await simulator.ControlAsync("incoming", new { from = Friend, text = "hi" }, CancellationToken);

        List<HttpStatusCode> answers = [];
        foreach (var to in new[] { Friend, Stranger, Friend, Stranger, Stranger })
        {
            using var response = await SendAsync(simulator, to);
            answers.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK], answers);
    }

    private static async Task<SimulatorProcess> LockedAsync(int? count)
    {
        var simulator = await PairedAsync();
        await simulator.ControlAsync("sends", new { mode = "timelock", count }, CancellationToken);
        return simulator;
    }

    private static async Task<SimulatorProcess> PairedAsync()
    {
        var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_PAIR_GAP", "100"), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }

    private static Task<HttpResponseMessage> SendAsync(SimulatorProcess simulator, string to) =>
        simulator.PostAsync("/send/message", Slot, new { phone = to, message = "hello" }, CancellationToken);

    private static async Task<string[]> RecipientsAsync(SimulatorProcess simulator) =>
        [.. (await simulator.ResultsAsync("/_simulator/ledger", Slot, CancellationToken)).EnumerateArray().Select(entry => entry.GetProperty("to").GetString()!)];
}
