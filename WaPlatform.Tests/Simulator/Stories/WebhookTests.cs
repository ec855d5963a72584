using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>Webhooks as gowa contract §6 has them.</summary>
public sealed class WebhookTests
{
    private const string Slot = "num-1";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task IncomingMessage_GlobalWebhook_ArrivesSignedInGowasEnvelope()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var simulator = await PairedAsync(receiver);

        await simulator.ControlAsync("incoming", new { from = "306900000001", text = "Hello <there>", name = "Eleni" }, CancellationToken);
        var delivery = await receiver.NextAsync(CancellationToken);

        Assert.True(delivery.IsSignedWith("s3cret"));
        Assert.Equal(("application/json", "Go-http-client/1.1"), (delivery.ContentType, delivery.UserAgent));
        using var body = JsonDocument.Parse(delivery.Body);
        Assert.Equal(["device_id", "event", "payload", "session_id"], body.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("628123456789@s.whatsapp.net", "message", Slot),
            (Text(body.RootElement, "device_id"), Text(body.RootElement, "event"), Text(body.RootElement, "session_id")));
        var payload = body.RootElement.GetProperty("payload");
        Assert.Equal(("306900000001@s.whatsapp.net", "Hello <there>", "Eleni"), (Text(payload, "chat_id"), Text(payload, "body"), Text(payload, "from_name")));
        Assert.Equal(payload.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), payload.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Webhook_ReceiverFailsTwice_TriesAgainAfterOneAndTwoSeconds()
    {
        await using var receiver = await WebhookReceiver.StartAsync(500, 503);
        await using var simulator = await PairedAsync(receiver);
        await simulator.ControlAsync("incoming", new { from = "306900000001", text = "again" }, CancellationToken);

        var first = await receiver.NextAsync(CancellationToken);
        var started = Stopwatch.GetTimestamp();
        var second = await receiver.NextAsync(CancellationToken);
        var afterSecond = Stopwatch.GetElapsedTime(started);
        var third = await receiver.NextAsync(CancellationToken);

        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Body, third.Body);
        Assert.InRange(afterSecond, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(10));
        Assert.InRange(Stopwatch.GetElapsedTime(started) - afterSecond, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Webhook_SlotHasItsOwn_ReplacesTheGlobalOneWithItsSecretAndEvents()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var simulator = await PairedAsync(receiver);
        using var change = new HttpRequestMessage(HttpMethod.Patch, new Uri($"/devices/{Slot}/webhook", UriKind.Relative))
        {
            Content = JsonContent.Create(new { webhook_url = receiver.Url("/own"), webhook_secret = "mine", webhook_events = "message.ack" }),
        };
        (await simulator.Client.SendAsync(change, CancellationToken)).Dispose();

        await simulator.ControlAsync("incoming", new { from = "306900000001", text = "not wanted" }, CancellationToken);
        using (await simulator.PostAsync("/send/message", Slot, new { phone = "306900000001", message = "hi" }, CancellationToken))
        {
        }

        var delivery = await receiver.NextAsync(CancellationToken);
        using var body = JsonDocument.Parse(delivery.Body);
        Assert.Equal(("/own", "message.ack"), (delivery.Path, Text(body.RootElement, "event")));
        Assert.True(delivery.IsSignedWith("mine"));
        Assert.Equal("delivered", Text(body.RootElement.GetProperty("payload"), "receipt_type"));
        Assert.True(body.RootElement.TryGetProperty("timestamp", out _));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task<SimulatorProcess> PairedAsync(WebhookReceiver receiver)
    {
        var start = new SimulatorStart().With("WHATSAPP_WEBHOOK", receiver.Url("/hook")).With("WHATSAPP_WEBHOOK_SECRET", "s3cret").With("SIM_PAIR_GAP", "100");
        var simulator = await SimulatorProcess.StartAsync(start, CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }
}
