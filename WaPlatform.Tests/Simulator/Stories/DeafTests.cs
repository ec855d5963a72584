using System.Net;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>A number that looks alive and is not.</summary>
public sealed class DeafTests
{
    private const string Slot = "num-1";
    private const string Friend = "306900000001";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_Deaf_StaysGreenSendsAndTellsNothingUntilTheNextProcess()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var first = await PairedAsync(receiver);
        await first.ControlAsync("deaf", new { }, CancellationToken);

        await first.ControlAsync("incoming", new { from = Friend, text = "hello?" }, CancellationToken);
        using (var sent = await first.PostAsync("/send/message", Slot, new { phone = Friend, message = "out" }, CancellationToken))
        {
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        }

        var status = await first.ResultsAsync("/app/status", Slot, CancellationToken);
        Assert.True(status.GetProperty("is_connected").GetBoolean() && status.GetProperty("is_logged_in").GetBoolean());

        // The receipt is due 200 ms after the send; what was kept comes after the next connect.
        await Eventually.TrueAsync(
            async token => (await File.ReadAllTextAsync(Journal(first), token)).Contains("receipt-owed", StringComparison.Ordinal), TimeSpan.FromSeconds(20), CancellationToken);
        await first.StopAsync(CancellationToken);
        await using var second = await SimulatorProcess.StartAsync(first.Start with { Directory = first.Directory }, CancellationToken);
        string[] events = [Event(await receiver.NextAsync(CancellationToken)), Event(await receiver.NextAsync(CancellationToken))];

        Assert.Equal(["message", "message.ack"], events.Order());
    }

    [Fact]
    public async Task Link_Deaf_StaysGreenAndAnswersNothingUntilItDialsAnew()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var simulator = await PairedAsync(receiver);
        await simulator.ControlAsync("deaf", new { kind = "link" }, CancellationToken);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var unanswered = simulator.GetAsync($"/user/info?phone={Friend}", Slot, patience.Token);
        await simulator.ControlAsync("incoming", new { from = Friend, text = "hello?" }, CancellationToken);
        var status = await simulator.ResultsAsync("/app/status", Slot, CancellationToken);
        Assert.True(status.GetProperty("is_connected").GetBoolean());
        Assert.False(unanswered.IsCompleted);

        using (var dialed = await simulator.GetAsync("/app/reconnect", Slot, CancellationToken))
        {
            Assert.Equal(HttpStatusCode.OK, dialed.StatusCode);
        }

        using var answered = await simulator.GetAsync($"/user/info?phone={Friend}", Slot, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal("message", Event(await receiver.NextAsync(CancellationToken)));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unanswered);
    }

    private static string Journal(SimulatorProcess simulator) => Directory.EnumerateFiles(simulator.Directory, "chatstorage.db", SearchOption.AllDirectories).Single();

    private static string Event(Delivery delivery)
    {
        using var body = JsonDocument.Parse(delivery.Body);
        return body.RootElement.GetProperty("event").GetString()!;
    }

    private static async Task<SimulatorProcess> PairedAsync(WebhookReceiver receiver)
    {
        var start = new SimulatorStart().With("WHATSAPP_WEBHOOK", receiver.Url("/hook")).With("SIM_PAIR_GAP", "100").With("SIM_AUTO_CONNECT_DELAY", "100");
        var simulator = await SimulatorProcess.StartAsync(start, CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }
}
