using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Gateway.Events;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class HubFramesTests
{
    private const string Phone = "5511999999999";

    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(EventSource.Websocket, "websocket.message", "websocket")]
    [InlineData(EventSource.Webhook, "message.received", "webhook")]
    public void For_EngineFrame_GoesToAllAndToTheDevicesRoomUnchanged(EventSource source, string type, string sourceName)
    {
        var frame = Json("""{"code":"LOGIN_SUCCESS","n":1.50,"result":null,"text":"<é>"}""");

        var frames = HubFrames.For(new DeviceEvent(Phone, 7, type, At, source, frame, frame, 8000));

        Assert.Equal(
            [("whatsapp-websocket-message", Audience.All), ("device-websocket-message", Audience.Device), ("event", Audience.Both)],
            frames.Select(f => (f.Method, f.Audience)));
        var all = Payload(frames[0]);
        AssertMembers(all, "phoneNumber", "port", "message", "timestamp", "source", "sequence");
        Assert.Equal(sourceName, all.GetProperty("source").GetString());
        Assert.Equal(8000, all.GetProperty("port").GetInt32());
        Assert.True(JsonElement.DeepEquals(frame, all.GetProperty("message")));
        Assert.Equal("1.50", all.GetProperty("message").GetProperty("n").GetRawText());
        AssertMembers(Payload(frames[1]), "phoneNumber", "message", "timestamp", "sequence");
    }

    public static TheoryData<string, object, string, string> NamedEvents => new()
    {
        { EventTypes.WebSocketConnected, new { }, "container-websocket-connected", """{"phoneNumber":"5511999999999","port":8000,"timestamp":"2026-01-02T03:04:05+00:00"}""" },
        { EventTypes.WebSocketClosed, new WebSocketClosedData(1006), "container-websocket-closed", """{"phoneNumber":"5511999999999","port":8000,"code":1006,"timestamp":"2026-01-02T03:04:05+00:00"}""" },
        { EventTypes.ProcessStopped, new ProcessStoppedData(137, DeviceReason.EngineCrash, true, 4711), "process-stopped", """{"phoneNumber":"5511999999999","exitCode":137,"reason":"engine_crash","willRestart":true,"timestamp":"2026-01-02T03:04:05+00:00"}""" },
        { EventTypes.StateChanged, new StateChangedData(DeviceState.BackingOff, DeviceReason.EngineExit, At, DeviceState.Connected), "device-state-changed", """{"phoneNumber":"5511999999999","state":"backing_off","reason":"engine_exit","since":"2026-01-02T03:04:05+00:00"}""" },
        { EventTypes.Qr, new QrData("data:image/png;base64,AA==", At, At), "qr-code", """{"phoneNumber":"5511999999999","qrCode":"data:image/png;base64,AA==","expiresAt":"2026-01-02T03:04:05+00:00"}""" },
        { EventTypes.MessageStatus, new { id = "x", status = "sent" }, "message-status", """{"id":"x","status":"sent"}""" },
    };

    [Theory]
    [MemberData(nameof(NamedEvents), DisableDiscoveryEnumeration = true)]
    public void For_PlatformEvent_HasItsMethodAndTheJournalForm(string type, object data, string method, string payload)
    {
        var element = JsonSerializer.SerializeToElement(data, WireJson.Options);

        var frames = HubFrames.For(new DeviceEvent(Phone, 7, type, At, EventSource.Platform, element, null, 8000));

        Assert.Equal([(method, Audience.Both), ("event", Audience.Both)], frames.Select(f => (f.Method, f.Audience)));
        Assert.True(JsonElement.DeepEquals(Json(payload), Payload(frames[0])), Payload(frames[0]).GetRawText());
        var entry = Payload(frames[1]);
        AssertMembers(entry, "id", "phoneNumber", "sequence", "type", "at", "source", "data");
        Assert.Equal(("platform", type, 7), (entry.GetProperty("source").GetString(), entry.GetProperty("type").GetString(), entry.GetProperty("sequence").GetInt32()));
        Assert.True(JsonElement.DeepEquals(element, entry.GetProperty("data")));
    }

    [Theory]
    [InlineData(EventTypes.ProcessStopped)]
    [InlineData(EventTypes.Qr)]
    [InlineData(EventTypes.MessageStatus)]
    [InlineData("call.offer")]
    public void For_DataThatIsMissing_StillWritesFrames(string type)
    {
        foreach (var data in (JsonElement[])[default, Json("null"), Json("[]"), Json("{}")])
        {
            Assert.All(HubFrames.For(new DeviceEvent(Phone, 1, type, At, EventSource.Process, data)), frame => Payload(frame));
        }
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static JsonElement Payload(HubFrame frame) => JsonSerializer.SerializeToElement(frame.Payload, WireJson.Options);

    private static void AssertMembers(JsonElement payload, params string[] names) => Assert.Equal(names, payload.EnumerateObject().Select(p => p.Name));
}
