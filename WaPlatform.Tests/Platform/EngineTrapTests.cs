using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Platform;

/// <summary>What the real engine punishes (gowa real.md §3.1), seen from the API.</summary>
public sealed class EngineTrapTests
{
    private const string Phone = "5511999990301";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    // Point 8: a connection that was opened and not used makes the engine wait 15 s at SIGTERM.
    [Fact]
    public async Task Stop_AfterManyOverlappingProxyRequests_DoesNotWaitForUnusedConnections()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => platform.Client.GetStringAsync($"/proxy/whatsapp/{Phone}/app/info", CancellationToken)));
        }

        var start = Stopwatch.GetTimestamp();
        using var stopped = await platform.Client.PostAsync($"/api/devices/{Phone}/stop", null, CancellationToken);
        await platform.WaitForStateAsync(Phone, "stopped", CancellationToken);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(14));
    }

    [Fact]
    public async Task Qr_FiftyClientsPollOverHttp_OneLoginAndOnlyValidCodes()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.RegisterAsync(Phone, CancellationToken);

        var codes = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            var seen = new List<JsonElement>();
            for (var poll = 0; poll < 5; poll++)
            {
                var code = await platform.Client.GetFromJsonAsync<JsonElement>($"/api/devices/{Phone}/qr", CancellationToken);
                Assert.True(code.GetProperty("expiresAt").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());
                seen.Add(code);
            }

            return seen;
        }));

        Assert.Single(codes.SelectMany(seen => seen).Select(code => code.GetProperty("qrCode").GetString()).Distinct());
        var counters = await platform.Client.GetFromJsonAsync<JsonElement>($"/proxy/whatsapp/{Phone}/_simulator/counters", CancellationToken);
        Assert.Equal(1, counters.GetProperty("results").GetProperty("GET /app/login").GetInt32());
    }

    // Contract §3.4: chat storage lost, session kept: the slot's name is an AD JID.
    [Fact]
    public async Task Device_WhoseSlotIsNamedByItsAdJid_SendsAndIsProxied()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        using var stopped = await platform.Client.PostAsync($"/api/devices/{Phone}/stop", null, CancellationToken);
        await platform.WaitForStateAsync(Phone, "stopped", CancellationToken);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(platform.DataDirectory, "sessions", Phone, "storages"), "chatstorage.db*"))
        {
            File.Delete(file);
        }

        using var started = await platform.Client.PostAsync($"/api/devices/{Phone}/start", null, CancellationToken);
        await platform.WaitForStateAsync(Phone, "connected", CancellationToken);

        using var answer = await platform.Client.PostAsJsonAsync("/api/messages/send", new { from = Phone, to = "5511888888888", message = "still here" }, CancellationToken);
        Assert.Equal("sent", (await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).GetProperty("status").GetString());
        var status = await platform.Client.GetFromJsonAsync<JsonElement>($"/proxy/whatsapp/{Phone}/app/status", CancellationToken);
        Assert.Equal($"{Phone}:12@s.whatsapp.net", status.GetProperty("results").GetProperty("device_id").GetString());
    }
}
