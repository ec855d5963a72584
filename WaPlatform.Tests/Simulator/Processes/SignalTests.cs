using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace WaPlatform.Tests.Simulator.Processes;

/// <summary>How a process ends when it is told to.</summary>
public sealed class SignalTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 0, "Received terminated — shutting down")]
    [InlineData(PosixSignal.SIGINT, 0, "Received interrupt — shutting down")]
    [InlineData(PosixSignal.SIGHUP, 129, "")]
    [InlineData(PosixSignal.SIGQUIT, 2, "SIGQUIT: quit")]
    public async Task Signal_NothingInFlight_EndsAtOnceWithTheBinarysCode(PosixSignal signal, int code, string lastWords)
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);
        var started = Stopwatch.GetTimestamp();

        simulator.Signal(signal);

        Assert.Equal(code, await simulator.ExitAsync(CancellationToken));
        Assert.Contains(lastWords, simulator.Error.Text, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task Terminate_OpenWebsocket_DoesNotWaitForIt()
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);
        await simulator.CreateSlotAsync("num-1", CancellationToken);
        var (socket, response) = await Replay.RawSocket.OpenAsync(
            simulator.Address, $"/ws?device_id=num-1&authorization={simulator.Credentials}",
            Upgrade, CancellationToken);
        Assert.Equal(101, response.Status);
        using (socket)
        {
            var started = Stopwatch.GetTimestamp();

            Assert.Equal(0, await simulator.StopAsync(CancellationToken));

            Assert.Equal(Replay.SocketEvent.End, await socket.ReceiveAsync(CancellationToken));
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(12));
        }
    }

    // The one test that waits the real 15 seconds.
    [Fact]
    public async Task Terminate_UnusedConnection_DrainsForFifteenSecondsAndRefusesNewOnes()
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);
        using var unused = new TcpClient();
        await unused.ConnectAsync(simulator.Address.Host, simulator.Address.Port, CancellationToken);

        // A later connection was served, so the process has taken the unused one out of the kernel's queue.
        await simulator.Client.GetStringAsync(new Uri("/health", UriKind.Relative), CancellationToken);
        var started = Stopwatch.GetTimestamp();

        simulator.Signal(PosixSignal.SIGTERM);
        await Eventually.TrueAsync(_ => RefusesAsync(simulator), TimeSpan.FromSeconds(12), CancellationToken);
        simulator.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await simulator.ExitAsync(CancellationToken));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(25));
        Assert.Contains("HTTP server shutdown: context deadline exceeded", simulator.Error.Text, StringComparison.Ordinal);
    }

    internal static Dictionary<string, string> Upgrade => new() { ["Upgrade"] = "websocket", ["Connection"] = "Upgrade", ["Sec-WebSocket-Version"] = "13" };

    private static async Task<bool> RefusesAsync(SimulatorProcess simulator)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(simulator.Address.Host, simulator.Address.Port, CancellationToken);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
