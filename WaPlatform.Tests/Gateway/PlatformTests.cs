using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.Gateway;

/// <summary>The gateway in the running platform, with owners and engines behind it.</summary>
public sealed class PlatformTests
{
    private const string Phone = "5511999990201";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_TenAtOnce_OneIsCreatedAndOneEngineRuns()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => platform.Client.PostAsJsonAsync("/api/devices", new { phoneNumber = Phone }, CancellationToken)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        await platform.WaitForStateAsync(Phone, "pairing", CancellationToken);
    }

    [Fact]
    public async Task Send_ManyAtOnceAndEachTwice_ReachesWhatsAppOnce()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(n => Enumerable.Repeat(n, 2)).Select(n => SendAsync(platform, $"text {n}", $"key-{n}")));
        var ids = answers.Select(answer => answer.GetProperty("id").GetString()).Distinct().ToList();
        Assert.Equal(100, ids.Count);
        foreach (var id in ids)
        {
            await WaitUntilSentAsync(platform, id!);
        }

        var ledger = await platform.Client.GetStringAsync($"/proxy/whatsapp/{Phone}/_simulator/ledger", CancellationToken);
        for (var n = 0; n < 100; n++)
        {
            Assert.Equal(2, ledger.Split($"text {n}\"").Length);
        }
    }

    [Fact]
    public async Task Proxy_MultipartUpload_ReachesTheEngineWhole()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        using var small = Upload(new byte[1024]);
        using var large = Upload(new byte[40 * 1024 * 1024]);
        using var tooLarge = Upload(new byte[101 * 1024 * 1024]);

        using var accepted = await platform.Client.PostAsync($"/proxy/whatsapp/{Phone}/send/file", small, CancellationToken);
        using var acceptedToo = await platform.Client.PostAsync($"/proxy/whatsapp/{Phone}/send/file", large, CancellationToken);
        using var refused = await platform.Client.PostAsync($"/proxy/whatsapp/{Phone}/send/file", tooLarge, CancellationToken);

        Assert.Equal("SUCCESS", (await accepted.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("code").GetString());
        Assert.Equal("SUCCESS", (await acceptedToo.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("code").GetString());
        Assert.Contains(refused.StatusCode, (HttpStatusCode[])[HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadGateway]);
    }

    [Fact]
    public async Task Terminate_WithOpenStreams_EndsSoon()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        await using var hub = await HubClient.ConnectAsync(platform, CancellationToken);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", platform.Client.DefaultRequestHeaders.Authorization!.ToString());
        await socket.ConnectAsync(new Uri($"ws://{platform.Address.Authority}/proxy/whatsapp/{Phone}/ws"), CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/devices/{Phone}/logs");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var logs = await platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);

        var (exitCode, took) = await platform.TerminateAsync(CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Restart_SecretsAreKept_TokensStayGood()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        var before = platform.Client.DefaultRequestHeaders.Authorization;
        var password = platform.AdminPassword;
        await platform.TerminateAsync(CancellationToken);

        await platform.RestartAsync(CancellationToken);

        Assert.Equal(password, platform.AdminPassword);
        using var client = platform.CreateClient();
        client.DefaultRequestHeaders.Authorization = before;
        using var me = await client.GetAsync("/api/auth/me", CancellationToken);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.DoesNotContain(password, platform.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ShortJwtSecret_FailsAndSaysWhy()
    {
        await using var platform = StandaloneProcess.LaunchOnly(new StandaloneStart().With("JWT_SECRET", "too short"));

        Assert.NotEqual(0, await platform.ExitAsync(CancellationToken));
        Assert.Contains("JWT_SECRET is shorter than 32 bytes", platform.Output.Text + platform.Error.Text, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> SendAsync(StandaloneProcess platform, string message, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send")
        {
            Content = JsonContent.Create(new { from = Phone, to = "5511888888888", message, wait = false }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await platform.Client.SendAsync(request, CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
    }

    private static Task WaitUntilSentAsync(StandaloneProcess platform, string id) => Simulator.Eventually.TrueAsync(
        async cancellationToken => (await platform.Client.GetFromJsonAsync<JsonElement>($"/api/messages/{id}", cancellationToken))
            .GetProperty("status").GetString() is "sent" or "delivered" or "read",
        StandaloneProcess.Patience,
        CancellationToken);

    private static MultipartFormDataContent Upload(byte[] bytes)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { new StringContent("5511888888888"), "phone" }, { file, "file", "a.bin" } };
    }
}
