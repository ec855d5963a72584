using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>The doubtful send at its worst: WhatsApp has the message, and the process that sent it wrote nothing down.</summary>
public sealed class DeathAfterSendTests
{
    private const string Slot = "num-1";
    private const string Recipient = "306900000001@s.whatsapp.net";
    private const int KilledBySignal9 = 128 + 9;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CommitThenDie_Send_IsInTheLedgerOfAProcessThatEndsBySigkillWithoutAnAnswer()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var simulator = await PairedAsync(receiver);

        var id = await SendAndDieAsync(simulator);

        Assert.Matches("^3EB0[0-9A-F]{18}$", id);
        Assert.Equal(KilledBySignal9, await simulator.ExitAsync(CancellationToken));
    }

    [Fact]
    public async Task CommitThenDie_NextProcess_HasNoRowButIsToldOnceThatItWasDelivered()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var first = await PairedAsync(receiver);
        var id = await SendAndDieAsync(first);
        await first.ExitAsync(CancellationToken);

        await using var second = await NextAsync(first);
        var receipt = Payload(await receiver.NextAsync(CancellationToken), "message.ack");

        Assert.Equal(
            (Recipient, id, "delivered"),
            (receipt.GetProperty("chat_id").GetString(), receipt.GetProperty("ids")[0].GetString(), receipt.GetProperty("receipt_type").GetString()));
        var rows = await second.ResultsAsync($"/chat/{Recipient}/messages", Slot, CancellationToken);
        Assert.Equal(0, rows.GetProperty("data").GetArrayLength());

        // The third process has nothing to hand over; it would by half a second after its connect.
        await second.StopAsync(CancellationToken);
        await using var third = await NextAsync(second);
        await third.OnlineAsync(Slot, CancellationToken);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        silence.CancelAfter(TimeSpan.FromSeconds(1.5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiver.NextAsync(silence.Token));
    }

    [Fact]
    public async Task CommitThenDie_NextProcessKilledBeforeItsConnect_LeavesTheReceiptToTheOneAfter()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var first = await PairedAsync(receiver);
        var id = await SendAndDieAsync(first);
        await first.ExitAsync(CancellationToken);

        await using (var second = await SimulatorProcess.StartAsync(
            first.Start.With("SIM_AUTO_CONNECT_DELAY", "60000") with { Directory = first.Directory }, CancellationToken))
        {
            second.Kill();
            await second.ExitAsync(CancellationToken);
        }

        await using var third = await NextAsync(first);
        var receipt = Payload(await receiver.NextAsync(CancellationToken), "message.ack");

        Assert.Equal(id, receipt.GetProperty("ids")[0].GetString());
    }

    // A kill meets the moment between the two only now and then: the journal without its last lines is what such a process leaves.
    [Fact]
    public async Task KilledBetweenLedgerAndRow_NextProcess_IsToldOnceThatItWasDelivered()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var first = await PairedAsync(receiver);
        await first.PostAsync("/send/message", Slot, new { phone = Recipient, message = "stored" }, CancellationToken);
        await receiver.NextAsync(CancellationToken);
        await first.PostAsync("/send/message", Slot, new { phone = Recipient, message = "not stored" }, CancellationToken);
        await receiver.NextAsync(CancellationToken);
        first.Kill();
        await first.ExitAsync(CancellationToken);
        var journal = Directory.EnumerateFiles(first.Directory, "chatstorage.db", SearchOption.AllDirectories).Single();
        var lines = await File.ReadAllLinesAsync(journal, CancellationToken);
        await File.WriteAllLinesAsync(journal, lines.Where(line => !line.Contains("not stored", StringComparison.Ordinal)), CancellationToken);

        // Meanwhile the others go on: what thirty numbers send in twenty seconds.
        var shared = Path.Combine(first.Directory, "sim-ledger.jsonl");
        var ledger = await File.ReadAllLinesAsync(shared, CancellationToken);
        var phone = JsonElement.Parse(ledger[0]).GetProperty("phone").GetString()!;
        await File.AppendAllLinesAsync(shared, Enumerable.Repeat(ledger[0].Replace(phone, "306900000002", StringComparison.Ordinal), 800), CancellationToken);

        await using var second = await NextAsync(first);
        var receipt = Payload(await receiver.NextAsync(CancellationToken), "message.ack");

        Assert.Contains(receipt.GetProperty("ids")[0].GetString()!, ledger[1], StringComparison.Ordinal);
        Assert.Single(receipt.GetProperty("ids").EnumerateArray());
    }

    // Gives the id that the ledger's file has; its process can no longer be asked.
    private static async Task<string> SendAndDieAsync(SimulatorProcess simulator)
    {
        await simulator.ControlAsync("sends", new { mode = "commitThenDie" }, CancellationToken);
        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.PostAsync("/send/message", Slot, new { phone = Recipient, message = "last words" }, CancellationToken));
        var line = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(simulator.Directory, "sim-ledger.jsonl"), CancellationToken));
        using var entry = JsonDocument.Parse(line);
        Assert.Equal("last words", entry.RootElement.GetProperty("body").GetString());
        return entry.RootElement.GetProperty("id").GetString()!;
    }

    private static JsonElement Payload(Delivery delivery, string name)
    {
        using var body = JsonDocument.Parse(delivery.Body);
        Assert.Equal(name, body.RootElement.GetProperty("event").GetString());
        return body.RootElement.GetProperty("payload").Clone();
    }

    private static async Task<SimulatorProcess> PairedAsync(WebhookReceiver receiver)
    {
        var start = new SimulatorStart().With("WHATSAPP_WEBHOOK", receiver.Url("/hook")).With("SIM_PAIR_GAP", "100").With("SIM_AUTO_CONNECT_DELAY", "100");
        var simulator = await SimulatorProcess.StartAsync(start, CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }

    private static Task<SimulatorProcess> NextAsync(SimulatorProcess before) =>
        SimulatorProcess.StartAsync(before.Start with { Directory = before.Directory }, CancellationToken);
}
