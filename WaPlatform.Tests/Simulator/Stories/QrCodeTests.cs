using System.Buffers.Binary;
using System.Net;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>The QR code's file: who may fetch it, what it is and how long it lives (gowa contract §7.1, §7.2).</summary>
public sealed class QrCodeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task QrFile_FetchedWithoutSigningIn_IsAPictureOf512By512()
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);
        await simulator.CreateSlotAsync("num-1", CancellationToken);
        var link = await ShowAsync(simulator);

        using var stranger = simulator.CreateClient(signedIn: false);
        using var response = await stranger.GetAsync(link, CancellationToken);
        var picture = await response.Content.ReadAsByteArrayAsync(CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "image/png"), (response.StatusCode, response.Content.Headers.ContentType?.ToString()));
        Assert.Equal([0x89, .. "PNG"u8], picture[..4]);
        Assert.Equal((512, 512), (BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20))));
    }

    // Thirty times as fast: the file lives 1 s of the code's 2 s, the next two get files of a third of a second, and at 5.3 s it is over.
    [Fact]
    public async Task QrCode_NeverScanned_LosesItsFileRotatesSilentlyAndEnds()
    {
        await using var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("SIM_QR_SPEED", "30"), CancellationToken);
        await simulator.CreateSlotAsync("num-1", CancellationToken);
        using var socket = await FreshNumberTests.OpenSocketAsync(simulator);
        var first = Path.GetFileName((await ShowAsync(simulator)).AbsolutePath);
        var folder = Path.Combine(simulator.Directory, "statics", "qrcode");
        Assert.True(File.Exists(Path.Combine(folder, first)));

        await UntilAsync(() => !File.Exists(Path.Combine(folder, first)));
        await UntilAsync(() => Directory.EnumerateFiles(folder).Any());
        await Eventually.TrueAsync(
            async token => (await simulator.ResultsAsync("/devices", "num-1", token))[0].GetProperty("state").GetString() == "disconnected", Patience, CancellationToken);

        Assert.True((await socket.NothingAsync(CancellationToken)).IsNothing);
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    private static Task UntilAsync(Func<bool> condition) => Eventually.TrueAsync(_ => Task.FromResult(condition()), Patience, CancellationToken);

    private static async Task<Uri> ShowAsync(SimulatorProcess simulator) =>
        new((await simulator.ResultsAsync("/app/login", "num-1", CancellationToken)).GetProperty("qr_link").GetString()!);
}
