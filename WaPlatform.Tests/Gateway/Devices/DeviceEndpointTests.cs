using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Devices;

public sealed class DeviceEndpointTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private HttpClient Client => gateway.Client;

    [Fact]
    public async Task Register_NewNumber_AnswersTheDeviceAndStartsIt()
    {
        using var response = await Client.PostAsJsonAsync(
            "/api/devices", new { phoneNumber = "+5521000000001", name = " Front desk ", queue = new { intervalMs = 0, jitterMs = 600_000 }, unknown = 1 }, CancellationToken);

        var device = await response.ReadJsonAsync(HttpStatusCode.Created);
        Assert.Equal("/api/devices/5521000000001", response.Headers.Location?.OriginalString);
        foreach (var member in (string[])["phoneNumber", "name", "state", "reason", "since", "desired", "jid", "process", "queue", "createdAt", "updatedAt"])
        {
            Assert.True(device.TryGetProperty(member, out _), member);
        }

        Assert.Equal(("5521000000001", "Front desk", "running", "starting"), (
            device.GetProperty("phoneNumber").GetString(), device.GetProperty("name").GetString(),
            device.GetProperty("desired").GetString(), device.GetProperty("state").GetString()));
        Assert.Equal(4711, device.GetProperty("process").GetProperty("pid").GetInt32());
        Assert.Contains("5521000000001 StartAsync", gateway.Devices["5521000000001"].Calls);
        var row = await gateway.QueryAsync(db => db.Devices.SingleAsync(d => d.PhoneNumber == "5521000000001", CancellationToken));
        Assert.Equal((DesiredState.Running, new QueueSettings(1, 0, 1, 600_000)), (row.Desired, row.QueueSettings));
    }

    [Fact]
    public async Task Register_TenAtOnce_OneIsCreated()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            Client.PostAsJsonAsync("/api/devices", new { phoneNumber = "5521000000002" }, CancellationToken)));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await answer.AssertProblemAsync(HttpStatusCode.Conflict, "DEVICE_ALREADY_REGISTERED");
        }
    }

    [Fact]
    public async Task Register_NoRoom_IsTakenBack()
    {
        gateway.Devices["5521000000003"].Failure = new PlatformException(ErrorCode.CapacityExhausted, "Full.");

        using var response = await Client.PostAsJsonAsync("/api/devices", new { phoneNumber = "5521000000003" }, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "CAPACITY_EXHAUSTED");
        Assert.Contains("5521000000003 RemoveAsync(False)", gateway.Devices["5521000000003"].Calls);
    }

    [Fact]
    public async Task Get_OwnerHangs_AnswersTheRowSoon()
    {
        await gateway.RegisterAsync("5521000000004");
        gateway.Devices["5521000000004"].Hangs = true;

        using var response = await Client.GetAsync("/api/devices/5521000000004@c.us", CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken);

        var device = await response.ReadJsonAsync(HttpStatusCode.OK);
        Assert.Equal((JsonValueKind.Null, "stopped"), (device.GetProperty("process").ValueKind, device.GetProperty("state").GetString()));
        Assert.Equal(
            """{"concurrency":1,"intervalMs":1000,"intervalCap":1,"jitterMs":0,"simulateTyping":false}""", device.GetProperty("queue").GetProperty("settings").GetRawText());
        Assert.Equal(JsonValueKind.Null, device.GetProperty("queue").GetProperty("parkedUntil").ValueKind);
    }

    [Fact]
    public async Task List_SearchAndPages_GiveEachOnce()
    {
        for (var n = 0; n < 5; n++)
        {
            using var made = await Client.PostAsJsonAsync("/api/devices", new { phoneNumber = $"553100000000{n}", name = $"Shop_{n} Ção", autoStart = false }, CancellationToken);
        }

        var seen = new List<string?>();
        string? after = null;
        do
        {
            var page = await Client.GetFromJsonAsync<JsonElement>($"/api/devices?search=shop_&limit=2&after={after}", CancellationToken);
            Assert.Equal(5, page.GetProperty("total").GetInt32());
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("phoneNumber").GetString()));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 5).Select(n => $"553100000000{n}"), seen);
        var none = await Client.GetFromJsonAsync<JsonElement>("/api/devices?search=shop%25&state=connected", CancellationToken);
        Assert.Equal(0, none.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Change_SomeFields_LeavesTheOthers()
    {
        using var made = await Client.PostAsJsonAsync(
            "/api/devices", new { phoneNumber = "5521000000005", name = "Old", autoStart = false, proxy = "socks5://u:secret@p.example:1080" }, CancellationToken);

        using var changed = await Client.PatchAsJsonAsync("/api/devices/5521000000005", new { queue = new { concurrency = 3, simulateTyping = true }, unknown = true }, CancellationToken);
        using var cleared = await Client.PatchAsJsonAsync("/api/devices/5521000000005", new { proxy = (string?)null }, CancellationToken);

        var device = await changed.ReadJsonAsync(HttpStatusCode.OK);
        Assert.DoesNotContain("secret", device.GetRawText(), StringComparison.Ordinal);
        var row = await gateway.QueryAsync(db => db.Devices.SingleAsync(d => d.PhoneNumber == "5521000000005", CancellationToken));
        Assert.Equal(("Old", new QueueSettings(3, SimulateTyping: true), null), (row.Name, row.QueueSettings, row.Proxy));
        Assert.Equal(2, gateway.Devices["5521000000005"].Calls.Count(call => call.EndsWith("ReloadSettingsAsync", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("start", "starting")]
    [InlineData("stop", "stopped")]
    [InlineData("restart", "starting")]
    [InlineData("logout", "logged_out")]
    [InlineData("reconnect", "connecting")]
    public async Task Action_KnownDevice_Answers202WithTheDevice(string action, string state)
    {
        var number = $"552100000{action.Length:D2}{action[0] % 100:D2}";
        await gateway.RegisterAsync(number);

        using var response = await Client.PostAsync($"/api/devices/%2B{number}/{action}", null, CancellationToken);

        Assert.Equal(state, (await response.ReadJsonAsync(HttpStatusCode.Accepted)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Remove_WithErase_AsksTheOwner()
    {
        await gateway.RegisterAsync("5521000000006");

        using var response = await Client.DeleteAsync("/api/devices/5521000000006?erase=true", CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Contains("5521000000006 RemoveAsync(True)", gateway.Devices["5521000000006"].Calls);
    }

    [Fact]
    public async Task Qr_ByAccept_IsJsonOrPictureAndNeverCached()
    {
        await gateway.RegisterAsync("5521000000007");

        using var json = await Client.GetAsync("/api/devices/5521000000007/qr", CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/devices/5521000000007/qr");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
        using var png = await Client.SendAsync(request, CancellationToken);

        Assert.Equal("data:image/png;base64,iVA=", (await json.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("qrCode").GetString());
        Assert.Equal([0x89, 0x50], await png.Content.ReadAsByteArrayAsync(CancellationToken));
        Assert.Equal("image/png", png.Content.Headers.ContentType?.MediaType);
        Assert.All([json, png], answer => Assert.Equal("no-store", answer.Headers.CacheControl?.ToString()));
    }

    [Fact]
    public async Task Logs_ByAccept_AreJsonTextOrFollowed()
    {
        await gateway.RegisterAsync("5521000000008");
        gateway.Devices["5521000000008"].Lines.AddRange([
            new LogLine(1, FakeDevice.Since, LogStreams.Stdout, "one"), new LogLine(2, FakeDevice.Since, LogStreams.Stderr, "two")]);

        var json = await Client.GetFromJsonAsync<JsonElement>("/api/devices/5521000000008/logs?tail=10&stream=stderr", CancellationToken);
        var text = await GetAsync("text/plain");
        using var followed = await GetAsync("text/event-stream");
        using var stream = new StreamReader(await followed.Content.ReadAsStreamAsync(CancellationToken));

        Assert.Equal("""[{"at":"2026-01-02T03:04:05+00:00","stream":"stderr","text":"two"}]""", json.GetProperty("lines").GetRawText());
        Assert.Equal("one\ntwo\n", await text.Content.ReadAsStringAsync(CancellationToken));
        await ReadUntilAsync(stream, "two");
        gateway.Devices["5521000000008"].Lines.Add(new LogLine(3, FakeDevice.Since, LogStreams.Stdout, "three"));
        await ReadUntilAsync(stream, "three");

        async Task<HttpResponseMessage> GetAsync(string accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/devices/5521000000008/logs");
            request.Headers.Accept.ParseAdd(accept);
            return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        }
    }

    [Fact]
    public async Task Status_ConnectedDevice_TellsTheEnginesFlags()
    {
        await gateway.RegisterAsync("5521000000009");
        gateway.Devices["5521000000009"].State = DeviceState.Connected;

        var status = await Client.GetFromJsonAsync<JsonElement>("/api/devices/5521000000009/status", CancellationToken);
        var health = await Client.GetFromJsonAsync<JsonElement>("/api/health/devices", CancellationToken);

        Assert.Equal("""{"isConnected":true,"isLoggedIn":true,"webSocketOpen":true}""", status.GetProperty("engine").GetRawText());
        Assert.Equal(FakeDevice.Since, status.GetProperty("lastInboundAt").GetDateTimeOffset());
        Assert.True(health.GetProperty("devices").TryGetProperty("5521000000009", out _));
    }

    private static async Task ReadUntilAsync(StreamReader reader, string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The stream ended before '{text}'.");
    }
}
