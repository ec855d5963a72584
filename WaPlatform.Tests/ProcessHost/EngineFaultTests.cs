using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost;

/// <summary>Engines that misbehave, beside one that does not: the first are dealt with, the other does not feel it.</summary>
public sealed class EngineFaultTests(RedisServer redis) : IAsyncLifetime
{
    private const string Healthy = "5511999990002";
    private const string Faulty = "5511999990003";

    private RunningHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RunningHost.StartAsync(
        await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken),
        new()
        {
            ["Supervision:LivenessInterval"] = "00:00:00.500",
            ["Supervision:LivenessTimeout"] = "00:00:02",
            ["Supervision:LivenessFailures"] = "3",
            ["Supervision:ReadyTimeout"] = "00:00:05",
            ["Supervision:StopGrace"] = "00:00:02",
            ["Supervision:MaxExitsInWindow"] = "3",
            ["Supervision:DialingAfter"] = "00:00:01",
        });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Engine_Hangs_IsEndedRestartedAndTheOtherDeviceStaysConnected()
    {
        var healthy = await _host.PairAsync(Healthy);
        await _host.PairAsync(Faulty);
        var pid = (await healthy.GetLiveAsync()).Process!.Pid;

        await _host.ControlAsync(Faulty, "hang", new { seconds = 120 });

        await _host.WaitForEventAsync(Faulty, EventTypes.ProcessStopped, data => data.GetProperty("reason").GetString() == "engine_unresponsive");
        await _host.WaitForAsync(Faulty, DeviceState.Connected);
        AssertUndisturbed(await healthy.GetLiveAsync(), pid);
    }

    [Fact]
    public async Task Engine_AnswersGarbage_IsNeverCalledConnectedAndIsEnded()
    {
        await _host.PairAsync(Faulty);

        await _host.ControlAsync(Faulty, "faults", new { garbage = true });

        await _host.WaitForEventAsync(Faulty, EventTypes.StateChanged, data => data.GetProperty("state").GetString() == "disconnected");
        await _host.WaitForEventAsync(Faulty, EventTypes.ProcessStopped, data => data.GetProperty("reason").GetString() == "engine_unresponsive");
        await _host.WaitForAsync(Faulty, DeviceState.Connected);
    }

    [Fact]
    public async Task Engine_IgnoresSigterm_IsKilledAfterTheGrace()
    {
        await _host.PairAsync(Faulty);
        await _host.ControlAsync(Faulty, "faults", new { ignoreSigterm = true });
        var start = Stopwatch.GetTimestamp();

        var stopped = await _host.Device(Faulty).StopAsync();

        Assert.Equal(DeviceState.Stopped, stopped.State);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(15));
        await _host.WaitForEventAsync(Faulty, EventTypes.ProcessStopped, data => data.GetProperty("exitCode").GetInt32() == 137 && data.GetProperty("reason").GetString() == "operator");
    }

    [Fact]
    public async Task Engine_NeverReady_EndsInACrashLoopThatOnlyAnOperatorEnds()
    {
        var healthy = await _host.PairAsync(Healthy);
        var pid = (await healthy.GetLiveAsync()).Process!.Pid;
        var configuration = _host.Services.GetRequiredService<IConfiguration>();
        configuration["SIM_NEVER_READY"] = "1";

        var device = await _host.RegisterAsync(Faulty);
        await _host.WaitForEventAsync(Faulty, EventTypes.ProcessStopped, data => data.GetProperty("reason").GetString() == "engine_not_ready");
        await _host.WaitForAsync(Faulty, DeviceState.Failed, DeviceReason.CrashLoop);
        var refusal = await Assert.ThrowsAsync<PlatformException>(device.GetQrAsync);
        Assert.Equal(ErrorCode.DeviceNotRunning, refusal.Code);
        AssertUndisturbed(await healthy.GetLiveAsync(), pid);

        configuration["SIM_NEVER_READY"] = null;
        await device.StartAsync();
        await _host.WaitForAsync(Faulty, DeviceState.Pairing);
    }

    // gowa real.md §3.1 points 4 and 6: while the engine dials, its status hangs; that is no sign of death.
    [Fact]
    public async Task Engine_DialsForThirtySeconds_IsNotKilledAndSaysConnecting()
    {
        await _host.PairAsync(Faulty);
        var configuration = _host.Services.GetRequiredService<IConfiguration>();
        (configuration["SIM_DIAL"], configuration["SIM_DIAL_SECONDS"]) = ("dropped", "30");
        await _host.Device(Faulty).RestartAsync();
        var restarted = await _host.WaitForAsync(Faulty, live => live.Process is not null && live.State != DeviceState.Starting);
        var start = Stopwatch.GetTimestamp();

        // Long enough for every probe to have failed many times over, had it been sent to a path that waits for the dial.
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(25))
        {
            var live = await _host.Device(Faulty).GetLiveAsync();
            Assert.Equal(DeviceState.Connecting, live.State);
            Assert.Equal(restarted.Process!.Pid, live.Process!.Pid);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var counters = await _host.ControlAsync(Faulty, "counters");
        Assert.False(counters.TryGetProperty("GET /app/reconnect", out var reconnects) && reconnects.GetInt32() > 0, "A reconnect was sent into a dial that was under way.");
        Assert.InRange(counters.GetProperty("GET /app/status").GetInt32(), 1, 25);
    }

    [Fact]
    public async Task Reconnect_AskedTwiceWhileOneIsPending_DialsOnce()
    {
        var device = await _host.PairAsync(Faulty);
        await _host.ControlAsync(Faulty, "network", new { up = false, dial = "dropped", seconds = 4 });
        await _host.WaitForAsync(Faulty, live => live.State != DeviceState.Connected);

        await Task.WhenAll(device.ReconnectAsync(), device.ReconnectAsync(), device.ReconnectAsync());

        var counters = await _host.ControlAsync(Faulty, "counters");
        Assert.InRange(Count(counters, "GET /app/reconnect"), 0, 1);
    }

    [Fact]
    public async Task Network_GoesDownAndComesBack_StateFollows()
    {
        await _host.PairAsync(Faulty);
        var pid = (await _host.Device(Faulty).GetLiveAsync()).Process!.Pid;

        await _host.ControlAsync(Faulty, "network", new { up = false });
        await _host.WaitForAsync(Faulty, DeviceState.Disconnected, DeviceReason.NetworkDown);
        await _host.ControlAsync(Faulty, "network", new { up = true });

        Assert.Equal(pid, (await _host.WaitForAsync(Faulty, DeviceState.Connected)).Process!.Pid);
    }

    // gowa contract §3.4: with the chat storage lost, the session survives in a slot that is named by its AD JID.
    [Fact]
    public async Task Engine_SlotNamedByItsAdJid_Works()
    {
        var device = await _host.PairAsync(Faulty);
        await device.StopAsync();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_host.DataDirectory, "sessions", Faulty, "storages"), "chatstorage.db*"))
        {
            File.Delete(file);
        }

        await device.StartAsync();

        var live = await _host.WaitForAsync(Faulty, DeviceState.Connected);
        Assert.Equal($"{Faulty}@s.whatsapp.net", live.Jid);
        Assert.Contains(':', (await device.GetRouteAsync())!.SlotId);
        Assert.True(live.Engine!.WebSocketOpen);
    }

    [Fact]
    public async Task Engine_Missing_SaysWhatToDoAndStartsWhenItComes()
    {
        var path = Path.Combine(_host.DataDirectory, "engine");
        await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken), new() { ["ENGINE"] = "gowa", ["ENGINE_PATH"] = path });
        await host.RegisterAsync(Faulty);

        var failed = await host.WaitForAsync(Faulty, DeviceState.Failed, DeviceReason.EngineMissing);

        Assert.Contains("ENGINE_PATH", DeviceReasonAdvice.For(failed.Reason), StringComparison.Ordinal);
        File.CreateSymbolicLink(path, Simulator.SimulatorBinary.Path);
        await host.WaitForAsync(Faulty, DeviceState.Pairing);
    }

    private static int Count(JsonElement counters, string route) => counters.TryGetProperty(route, out var count) ? count.GetInt32() : 0;

    private static void AssertUndisturbed(DeviceLive live, int pid) => Assert.Equal((DeviceState.Connected, pid), (live.State, live.Process!.Pid));
}
