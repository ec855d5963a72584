using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>The ledger is the truth about what reached WhatsApp, however the caller fared.</summary>
public sealed class LedgerTests
{
    private const string Slot = "num-1";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_Succeeds_IsInTheLedgerAndItsFile()
    {
        await using var simulator = await PairedAsync();

        using var response = await SendAsync(simulator, "first");
        var entry = Assert.Single(await LedgerAsync(simulator));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("628123456789", "306900000001@s.whatsapp.net", "text", "first"), (entry.Phone, entry.To, entry.Kind, entry.Body));
        var line = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(simulator.Directory, "sim-ledger.jsonl"), CancellationToken));
        Assert.Equal(entry, Entry.From(JsonDocument.Parse(line).RootElement));
    }

    [Theory]
    [InlineData("drop", 0)]
    [InlineData("commitThenDrop", 1)]
    public async Task Send_ConnectionDropped_CountsOnlyIfItWasCommitted(string mode, int entries)
    {
        await using var simulator = await PairedAsync();
        await simulator.ControlAsync("sends", new { mode, count = 1 }, CancellationToken);

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(simulator, "lost"));
        Assert.Equal(entries, (await LedgerAsync(simulator)).Length);

        using var next = await SendAsync(simulator, "next");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal("next", (await LedgerAsync(simulator))[^1].Body);
    }

    [Fact]
    public async Task Send_OrderedToFail_AnswersTheErrorAndSendsNothing()
    {
        await using var simulator = await PairedAsync();
        await simulator.ControlAsync(
            "sends", new { mode = "error", status = 429, code = "WA_REACHOUT_TIMELOCK", message = "slow down", count = 1 }, CancellationToken);

        using var response = await SendAsync(simulator, "refused");

        Assert.Equal(
            (HttpStatusCode.TooManyRequests, """{"code":"WA_REACHOUT_TIMELOCK","message":"slow down"}"""),
            (response.StatusCode, await response.Content.ReadAsStringAsync(CancellationToken)));
        Assert.Empty(await LedgerAsync(simulator));
    }

    [Fact]
    public async Task Ledger_SharedByProcesses_HoldsWholeLinesOfAll()
    {
        const int Sends = 20;
        using var directory = new TemporaryDirectory();
        var start = new SimulatorStart().With("SIM_LEDGER", Path.Combine(directory.Path, "all.jsonl"));
        await using var first = await PairedAsync(start, "628111111111");
        await using var second = await PairedAsync(start, "628222222222");

        await Task.WhenAll(Enumerable.Range(0, Sends).SelectMany(at => new[] { first, second }.Select(async simulator =>
            (await SendAsync(simulator, $"message {at}")).Dispose())));

        var lines = await File.ReadAllLinesAsync(Path.Combine(directory.Path, "all.jsonl"), CancellationToken);
        var phones = lines.Select(line => Entry.From(JsonDocument.Parse(line).RootElement).Phone).CountBy(phone => phone);
        Assert.Equal([("628111111111", Sends), ("628222222222", Sends)], phones.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public async Task Ledger_ProcessesKilledWhileTheySend_HoldsWholeLinesAndEveryAnsweredSend()
    {
        const int Rounds = 4;
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "all.jsonl");
        var start = new SimulatorStart().With("SIM_LEDGER", path);
        ConcurrentBag<string> answered = [];

        for (var round = 0; round < Rounds; round++)
        {
            await using var simulator = await PairedAsync(start, $"62811111111{round}");
            var sending = Task.WhenAll(Enumerable.Range(0, 6).Select(sender => SendUntilCutAsync(simulator, $"{round}-{sender}", answered)));
            await Eventually.TrueAsync(_ => Task.FromResult(answered.Count >= (round + 1) * 30), TimeSpan.FromSeconds(20), CancellationToken);
            simulator.Kill();
            await sending;
        }

        var bodies = (await File.ReadAllLinesAsync(path, CancellationToken)).Select(line => Entry.From(JsonDocument.Parse(line).RootElement).Body).ToList();
        Assert.Equal(bodies.Count, bodies.Distinct().Count());
        Assert.Empty(answered.Except(bodies));
    }

    [Fact]
    public async Task Ledger_LineCutByAKill_LeavesTheNextLineWhole()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "all.jsonl");
        await File.WriteAllTextAsync(path, """{"at":"2026-01-01T00:00:00Z","pho""", CancellationToken);
        await using var simulator = await PairedAsync(new SimulatorStart().With("SIM_LEDGER", path));

        (await SendAsync(simulator, "whole")).Dispose();

        var lines = await File.ReadAllLinesAsync(path, CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.Equal("whole", Entry.From(JsonDocument.Parse(lines[1]).RootElement).Body);
    }

    private static async Task SendUntilCutAsync(SimulatorProcess simulator, string name, ConcurrentBag<string> answered)
    {
        using var client = simulator.CreateClient();
        try
        {
            for (var number = 0; ; number++)
            {
                var text = $"{name}-{number}";
                using var response = await client.PostAsJsonAsync(new Uri("/send/message", UriKind.Relative), new { phone = "306900000001", message = text }, CancellationToken);
                response.EnsureSuccessStatusCode();
                answered.Add(text);
            }
        }
        catch (HttpRequestException)
        {
            // The process is gone.
        }
    }

    private static async Task<SimulatorProcess> PairedAsync(SimulatorStart? start = null, string number = SimulatorPhone.Number)
    {
        var simulator = await SimulatorProcess.StartAsync((start ?? new SimulatorStart()).With("SIM_PAIR_GAP", "100"), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken, number);
        return simulator;
    }

    private static Task<HttpResponseMessage> SendAsync(SimulatorProcess simulator, string text) =>
        simulator.PostAsync("/send/message", Slot, new { phone = "306900000001", message = text }, CancellationToken);

    private static async Task<Entry[]> LedgerAsync(SimulatorProcess simulator) =>
        [.. (await simulator.ResultsAsync("/_simulator/ledger", Slot, CancellationToken)).EnumerateArray().Select(Entry.From)];

    private sealed record Entry(string At, string Phone, string To, string Id, string Kind, string Body)
    {
        public static Entry From(JsonElement entry) => new(
            Text(entry, "at"), Text(entry, "phone"), Text(entry, "to"), Text(entry, "id"), Text(entry, "kind"), Text(entry, "body"));

        private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
    }
}
