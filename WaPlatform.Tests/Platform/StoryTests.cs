using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Platform;

/// <summary>The main job from end to end, as a client of the API and of the hub sees it.</summary>
public sealed class StoryTests
{
    private const string Phone = "5511999999999";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheWholeStory_RegisterScanSendReceiveCrash_IsToldOnTheHub()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await using var hub = await HubClient.ConnectAsync(platform, CancellationToken);
        await using var room = await HubClient.ConnectAsync(platform, CancellationToken, "?rooms=");
        await room.JoinAsync($"device-{Phone}", CancellationToken);

        // Register; the code is shown as JSON, as a picture, and on the hub.
        await platform.RegisterAsync(Phone, CancellationToken);
        var qr = await platform.Client.GetFromJsonAsync<JsonElement>($"/api/devices/{Phone}/qr", CancellationToken);
        Assert.StartsWith("data:image/png;base64,iVBOR", qr.GetProperty("qrCode").GetString(), StringComparison.Ordinal);
        Assert.True(qr.GetProperty("expiresAt").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());
        Assert.Equal(Convert.FromBase64String(qr.GetProperty("qrCode").GetString()![22..]), await PictureAsync(platform));
        await hub.WaitForAsync("qr-code", frame => frame.GetProperty("qrCode").GetString() == qr.GetProperty("qrCode").GetString(), CancellationToken);

        // Scan: the engine's own frame comes through unchanged, then the state.
        await platform.ControlAsync(Phone, "scan", new { }, CancellationToken);
        var login = await hub.WaitForAsync("whatsapp-websocket-message", frame => frame.GetProperty("message").GetProperty("code").GetString() == "LOGIN_SUCCESS", CancellationToken);
        Assert.Equal($"Successfully pair with {Phone}:12@s.whatsapp.net", login.GetProperty("message").GetProperty("message").GetString());
        await hub.WaitForAsync("device-state-changed", frame => frame.GetProperty("state").GetString() == "connected", CancellationToken);
        using var paired = await platform.Client.GetAsync($"/api/devices/{Phone}/qr", CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, paired.StatusCode);

        // Send.
        using var answer = await platform.Client.PostAsJsonAsync("/api/messages/send", new { from = Phone, to = "+55 11 98888-7777", message = "Olá" }, CancellationToken);
        var sent = await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("sent", "5511988887777@s.whatsapp.net"), (sent.GetProperty("status").GetString(), sent.GetProperty("to").GetString()));
        await hub.WaitForAsync("message-status", frame => frame.GetProperty("status").GetString() == "delivered" && frame.GetProperty("id").GetString() == sent.GetProperty("id").GetString(), CancellationToken);
        await platform.ControlAsync(Phone, "receipt", new { id = sent.GetProperty("whatsappMessageId").GetString(), type = "read" }, CancellationToken);
        await hub.WaitForAsync("message-status", frame => frame.GetProperty("status").GetString() == "read", CancellationToken);
        var stored = await platform.Client.GetFromJsonAsync<JsonElement>($"/api/messages/{sent.GetProperty("id").GetString()}", CancellationToken);
        Assert.Equal("read", stored.GetProperty("status").GetString());

        // Receive: to everybody, and to the room of the device.
        await platform.ControlAsync(Phone, "incoming", new { from = "5511977776666", text = "Oi" }, CancellationToken);
        var received = await hub.WaitForAsync("whatsapp-websocket-message", frame => frame.GetProperty("source").GetString() == "webhook" && frame.GetProperty("message").GetProperty("event").GetString() == "message", CancellationToken);
        Assert.Equal("Oi", received.GetProperty("message").GetProperty("payload").GetProperty("body").GetString());
        await room.WaitForAsync("device-websocket-message", frame => frame.GetProperty("sequence").GetInt64() == received.GetProperty("sequence").GetInt64(), CancellationToken);
        Assert.Empty(room.Seen("whatsapp-websocket-message"));

        // kill -9: it runs and is connected again by itself; nothing is scanned again.
        var before = (await platform.DeviceAsync(Phone, CancellationToken)).Pid();
        using (var engine = Process.GetProcessById(before))
        {
            engine.Kill();
        }

        var stopped = await hub.WaitForAsync("process-stopped", frame => frame.GetProperty("exitCode").GetInt32() == 137, CancellationToken);
        Assert.True(stopped.GetProperty("willRestart").GetBoolean());
        await platform.WaitForDeviceAsync(Phone, device => device.GetProperty("state").GetString() == "connected" && device.Pid() != before, CancellationToken);

        // Every event once and in order, at least as far as this device goes.
        var sequences = hub.Seen("event").Select(frame => frame.GetProperty("sequence").GetInt64()).ToList();
        Assert.Equal(sequences.Distinct().Order(), sequences);

        // The engine's output.
        var logs = await platform.Client.GetFromJsonAsync<JsonElement>($"/api/devices/{Phone}/logs?tail=500&stream=stdout,stderr", CancellationToken);
        Assert.Contains(logs.GetProperty("lines").EnumerateArray(), line => line.GetProperty("text").GetString()!.Contains("Server started on", StringComparison.Ordinal));
    }

    // Fault 2 of the original: after a crash the children stayed, kept the session, and took a person to be removed.
    [Fact]
    public async Task Platform_Killed_LeavesNoEngineBehindAndEveryPairedDeviceComesBack()
    {
        string[] phones = ["5511999990101", "5511999990102", "5511999990103"];
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await Task.WhenAll(phones.Select(phone => platform.PairAsync(phone, CancellationToken)));
        var engines = new List<int>();
        foreach (var phone in phones)
        {
            engines.Add((await platform.WaitForStateAsync(phone, "connected", CancellationToken)).Pid());
        }

        await platform.KillAsync(CancellationToken);
        var killed = Stopwatch.GetTimestamp();
        while (engines.Any(Runs))
        {
            Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(5));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken);
        }

        await platform.RestartAsync(CancellationToken);
        foreach (var phone in phones)
        {
            await platform.WaitForStateAsync(phone, "connected", CancellationToken);
        }
    }

    [Fact]
    public async Task Platform_Terminated_EndsItsEnginesInOrderAndItself()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        var engine = (await platform.PairAsync(Phone, CancellationToken)).Pid();

        var (exitCode, took) = await platform.TerminateAsync(CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(25));
        Assert.False(Runs(engine));
        Assert.Contains("their engines have ended", platform.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_GowaWithoutABinary_PlatformIsUpAndTheDeviceSaysWhatToDo()
    {
        await using var platform = await StandaloneProcess.StartAsync(
            new StandaloneStart().With("ENGINE", "gowa").With("ENGINE_PATH", null).With("ENGINE_RELEASES_URL", "http://127.0.0.1:9/"), CancellationToken);
        await platform.RegisterAsync(Phone, CancellationToken);

        var device = await platform.WaitForStateAsync(Phone, "failed", CancellationToken);

        Assert.Equal("engine_missing", device.GetProperty("reason").GetString());
        Assert.Contains("ENGINE_PATH", device.GetProperty("advice").GetString(), StringComparison.Ordinal);
    }

    private static async Task<byte[]> PictureAsync(StandaloneProcess platform)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/devices/{Phone}/qr");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
        using var answer = await platform.Client.SendAsync(request, CancellationToken);
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsByteArrayAsync(CancellationToken);
    }

    private static bool Runs(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
