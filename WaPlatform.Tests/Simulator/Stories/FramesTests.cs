using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>Frames for measurements.</summary>
public sealed class FramesTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_SoMany_ComeInOrderAndNoMore()
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);
        await simulator.CreateSlotAsync("num-1", CancellationToken);
        var (socket, response) = await Replay.RawSocket.OpenAsync(
            simulator.Address, $"/ws?device_id=num-1&authorization={simulator.Credentials}", Processes.SignalTests.Upgrade, CancellationToken);
        Assert.Equal(101, response.Status);
        using (socket)
        {
            await simulator.ControlAsync("frames", new { perSecond = 1000, count = 50 }, CancellationToken);

            for (var n = 1; n <= 50; n++)
            {
                var frame = JsonElement.Parse((await socket.ReceiveAsync(CancellationToken)).Text);
                Assert.Equal(("FRAME", n), (frame.GetProperty("code").GetString(), frame.GetProperty("result").GetProperty("n").GetInt32()));
                Assert.True(frame.GetProperty("result").GetProperty("at").GetInt64() > 1_700_000_000_000_000);
            }

            Assert.Equal("timeout", (await socket.NothingAsync(CancellationToken)).Kind);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10_001, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1_000_001)]
    public async Task Frames_TooMany_AreRefused(int perSecond, int count)
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);

        await Assert.ThrowsAsync<InvalidOperationException>(() => simulator.ControlAsync("frames", new { perSecond, count }, CancellationToken));
    }
}
