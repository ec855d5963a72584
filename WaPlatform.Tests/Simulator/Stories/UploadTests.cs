using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>Files that come with a send: gowa's limits and refusals, and what the ledger says of them (gowa contract §2.3, §4.1).</summary>
public sealed class UploadTests
{
    private const string Slot = "num-1";

    // gowa's limit of a whole body.
    private const int LargestBody = 100_000_000;

    private static readonly byte[] Zeros = new byte[LargestBody];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ledger_FileUploaded_HasItsNameSizeHashAndType()
    {
        var file = RandomNumberGenerator.GetBytes(200_000);
        await using var simulator = await PairedAsync();

        using var response = await SendAsync(simulator, "file", new ByteArrayContent(file), "application/pdf");
        using var line = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(Path.Combine(simulator.Directory, "sim-ledger.jsonl"), CancellationToken)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            $$"""{"name":"upload.bin","size":200000,"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(file))}}","contentType":"application/pdf"}""",
            line.RootElement.GetProperty("file").GetRawText());
        Assert.Equal("words", line.RootElement.GetProperty("body").GetString());
    }

    // Only files and videos have a limit of their own; that of images is for those fetched by URL.
    [Theory]
    [InlineData("image", "image/png", 20_000_001)]
    [InlineData("file", "application/zip", 50_000_000)]
    [InlineData("video", "video/mp4", 99_000_000)]
    [InlineData("audio", "audio/ogg", 20_000_001)]
    [InlineData("sticker", "image/webp", 1_000)]
    public async Task Upload_WithinTheLimits_IsSent(string kind, string type, int size)
    {
        await using var simulator = await PairedAsync();

        using var response = await SendAsync(simulator, kind, new ReadOnlyMemoryContent(Zeros.AsMemory(0, size)), type);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var entry = Assert.Single((await simulator.ResultsAsync("/_simulator/ledger", Slot, CancellationToken)).EnumerateArray());
        Assert.Equal((kind, size), (entry.GetProperty("kind").GetString(), entry.GetProperty("file").GetProperty("size").GetInt32()));
    }

    [Theory]
    [InlineData("file", "application/zip", 50_000_001, "max file upload is 50 MB, please upload in cloud and send via text if your file is higher than 50 MB")]
    [InlineData("image", "image/gif", 10, "your image is not allowed. please use jpg/jpeg/png")]
    [InlineData("video", "video/webm", 10, "your video type is not allowed. please use mp4/mkv/avi/x-msvideo")]
    [InlineData("sticker", "image/bmp", 10, "your sticker is not allowed. please use jpg/jpeg/png/webp/gif")]
    public async Task Upload_OutOfBounds_IsRefusedInGowasWords(string kind, string type, int size, string message)
    {
        await using var simulator = await PairedAsync();

        using var response = await SendAsync(simulator, kind, new ReadOnlyMemoryContent(Zeros.AsMemory(0, size)), type);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal($$"""{"code":"VALIDATION_ERROR","message":"{{message}}"}""", await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal(0, (await simulator.ResultsAsync("/_simulator/ledger", Slot, CancellationToken)).GetArrayLength());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_BodyOverTheLimit_Is413(bool chunked)
    {
        await using var simulator = await PairedAsync();

        // Waiting for "100 Continue" lets the client see the refusal that comes before its body.
        using var response = await SendAsync(simulator, "video", new ReadOnlyMemoryContent(Zeros), "video/mp4", request =>
        {
            request.Headers.ExpectContinue = !chunked;
            request.Headers.TransferEncodingChunked = chunked;
        });

        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, "Request Entity Too Large"),
            (response.StatusCode, await response.Content.ReadAsStringAsync(CancellationToken)));
        Assert.Equal(0, (await simulator.ResultsAsync("/_simulator/ledger", Slot, CancellationToken)).GetArrayLength());
    }

    [Fact]
    public async Task Upload_FiftyMegabytes_IsNotHeldInMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak is read from /proc.");
        await using var simulator = await PairedAsync();
        var before = await PeakAsync(simulator);

        using var response = await SendAsync(simulator, "file", new ReadOnlyMemoryContent(Zeros.AsMemory(0, 50_000_000)), "application/zip");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(await PeakAsync(simulator) - before, 0, 40_000);
    }

    private static async Task<SimulatorProcess> PairedAsync()
    {
        var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_PAIR_GAP", "100"), CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        SimulatorProcess simulator, string kind, HttpContent file, string type, Action<HttpRequestMessage>? shape = null)
    {
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("306900000001"), "phone" },
            { new StringContent("words"), "caption" },
            { file, kind, "upload.bin" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/send/" + kind, UriKind.Relative)) { Content = form };
        request.Headers.Add("X-Device-Id", Slot);
        shape?.Invoke(request);
        return await simulator.Client.SendAsync(request, CancellationToken);
    }

    // The most memory the process ever had resident, in KB.
    private static async Task<int> PeakAsync(SimulatorProcess simulator)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{simulator.Id}/status", CancellationToken);
        return int.Parse(lines.Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
