using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>The life of a number from the first start to its unlinking, as gowa contract §11 tells it.</summary>
public sealed class FreshNumberTests
{
    private const string Slot = "num-1";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FreshNumber_PairedRestartedAndUnlinked_GoesThroughTheBinarysStates()
    {
        await using var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_PAIR_GAP", "300"), CancellationToken);
        await AssertAnswerAsync(simulator, "/devices", null, 200, """{"code":"SUCCESS","message":"List devices","results":null}""");
        await AssertAnswerAsync(simulator, "/app/status", null, 400,
            """{"code":"DEVICE_ID_REQUIRED","message":"device_id is required via X-Device-Id header or device_id query"}""");
        await simulator.CreateSlotAsync(Slot, CancellationToken);
        await AssertStatusAsync(simulator, connected: false, loggedIn: false, "");
        using var socket = await OpenSocketAsync(simulator);

        await ShowQrAsync(simulator);
        Assert.Equal("connected", await StateAsync(simulator));
        await AssertStatusAsync(simulator, connected: false, loggedIn: false, "");

        await simulator.ControlAsync("scan", new { phone = SimulatorPhone.Number }, CancellationToken);
        var success = await socket.ReceiveAsync(CancellationToken);
        Assert.Equal("""{"code":"LOGIN_SUCCESS","message":"Successfully pair with 628123456789:12@s.whatsapp.net","result":null}""", success.Text);
        await simulator.OnlineAsync(Slot, CancellationToken);
        await AssertStatusAsync(simulator, connected: true, loggedIn: true, "628123456789@s.whatsapp.net");
        Assert.Equal("logged_in", await StateAsync(simulator));
        await AssertAnswerAsync(simulator, "/app/login", Slot, 400, """{"code":"ALREADY_LOGGED_IN","message":"you are already logged in."}""");
        await AssertSendsAsync(simulator);

        // The restart ends the first directory's process only; its session and slot stay.
        socket.Dispose();
        await simulator.StopAsync(CancellationToken);
        await using var second = await SimulatorProcess.StartAsync(simulator.Start with { Directory = simulator.Directory }, CancellationToken);
        Assert.Equal("disconnected", await StateAsync(second));
        await second.OnlineAsync(Slot, CancellationToken);

        using var secondSocket = await OpenSocketAsync(second);
        await second.ControlAsync("logout", new { }, CancellationToken);
        var unlinked = await secondSocket.ReceiveAsync(CancellationToken);
        Assert.Equal(
            """{"code":"DEVICE_LOGGED_OUT","message":"Device logged out (slot kept)","result":{"device_id":"628123456789:12@s.whatsapp.net"}}""", unlinked.Text);
        await AssertStatusAsync(second, connected: false, loggedIn: false, "");
        using var refused = await second.PostAsync("/send/message", Slot, new { phone = "628999888777", message = "hi" }, CancellationToken);
        Assert.Equal("""{"code":"INVALID_WA_CLI","message":"your WhatsApp CLI is invalid or empty"}""", await refused.Content.ReadAsStringAsync(CancellationToken));
    }

    [Fact]
    public async Task PairedNumber_NetworkLost_IsLoggedInButNotConnectedAndComesBack()
    {
        await using var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_RECONNECT_DELAY", "200"), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);

        await simulator.ControlAsync("network", new { up = false }, CancellationToken);
        await AssertStatusAsync(simulator, connected: false, loggedIn: true, "628123456789@s.whatsapp.net");
        Assert.Equal("logged_in", await StateAsync(simulator));
        using var refused = await simulator.PostAsync("/send/message", Slot, new { phone = "628999888777", message = "hi" }, CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        await simulator.ControlAsync("network", new { up = true }, CancellationToken);
        await simulator.OnlineAsync(Slot, CancellationToken);
    }

    internal static async Task<Replay.RawSocket> OpenSocketAsync(SimulatorProcess simulator)
    {
        var (socket, response) = await Replay.RawSocket.OpenAsync(
            simulator.Address, $"/ws?device_id={Slot}&authorization={simulator.Credentials}", Processes.SignalTests.Upgrade, CancellationToken);
        Assert.Equal(101, response.Status);
        return socket;
    }

    private static async Task ShowQrAsync(SimulatorProcess simulator)
    {
        var login = await simulator.ResultsAsync("/app/login", Slot, CancellationToken);
        Assert.Equal((Slot, 30), (login.GetProperty("device_id").GetString(), login.GetProperty("qr_duration").GetInt32()));
        Assert.StartsWith($"{simulator.Address}statics/qrcode/scan-qr-", login.GetProperty("qr_link").GetString(), StringComparison.Ordinal);
    }

    private static async Task AssertSendsAsync(SimulatorProcess simulator)
    {
        using var response = await simulator.PostAsync("/send/message", Slot, new { phone = "628999888777", message = "hi" }, CancellationToken);
        var sent = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Matches(
            @"^Message sent to 628999888777@s\.whatsapp\.net \(server timestamp: \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} \+0000 UTC\)$", sent.GetProperty("message").GetString());
        Assert.Matches("^3EB0[0-9A-F]{18}$", sent.GetProperty("results").GetProperty("message_id").GetString());
        Assert.Equal(sent.GetProperty("message").GetString(), sent.GetProperty("results").GetProperty("status").GetString());
    }

    private static Task AssertStatusAsync(SimulatorProcess simulator, bool connected, bool loggedIn, string jid)
    {
        var results = JsonSerializer.Serialize(new { device_id = Slot, is_connected = connected, is_logged_in = loggedIn, jid });
        return AssertAnswerAsync(simulator, "/app/status", Slot, 200, $$"""{"code":"SUCCESS","message":"Connection status retrieved","results":{{results}}}""");
    }

    private static async Task<string> StateAsync(SimulatorProcess simulator) =>
        (await simulator.ResultsAsync("/devices", Slot, CancellationToken))[0].GetProperty("state").GetString()!;

    private static async Task AssertAnswerAsync(SimulatorProcess simulator, string path, string? slot, int status, string body)
    {
        using var response = slot is null
            ? await simulator.Client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken)
            : await simulator.GetAsync(path, slot, CancellationToken);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal(status, (int)response.StatusCode);
    }
}
