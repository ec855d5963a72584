using System.Diagnostics;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost;

/// <summary>The life of devices on one host with real engine processes.</summary>
public sealed class DeviceLifeTests(RedisServer redis) : IAsyncLifetime
{
    private const string Phone = "5511999990001";

    private RunningHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Pair_ScannedCode_ConnectsAfterOneRestartOfTheEngine()
    {
        var device = await _host.RegisterAsync(Phone);
        var first = await _host.WaitForAsync(Phone, DeviceState.Pairing);

        var code = await device.GetQrAsync();
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], code.Png[..4]);
        await _host.ControlAsync(Phone, "scan");
        var connected = await _host.WaitForAsync(Phone, DeviceState.Connected);

        Assert.Equal($"{Phone}@s.whatsapp.net", connected.Jid);
        Assert.NotEqual(first.Process!.Pid, connected.Process!.Pid);
        await _host.WaitForEventAsync(Phone, EventTypes.Paired);
        await _host.WaitForEventAsync(Phone, EventTypes.ProcessStopped, data => data.GetProperty("reason").GetString() == "pairing_restart");
        var refusal = await Assert.ThrowsAsync<PlatformException>(device.GetQrAsync);
        Assert.Equal(ErrorCode.AlreadyPaired, refusal.Code);
    }

    // Fault 3 of the original: a crashed child stayed dead.
    [Fact]
    public async Task Engine_KilledBySignal9_IsConnectedAgainByItselfWithoutAScan()
    {
        await _host.PairAsync(Phone);
        var before = await _host.WaitForAsync(Phone, DeviceState.Connected);

        using (var engine = Process.GetProcessById(before.Process!.Pid))
        {
            engine.Kill();
        }

        await _host.WaitForEventAsync(Phone, EventTypes.ProcessStopped, data => data.GetProperty("exitCode").GetInt32() == 137 && data.GetProperty("willRestart").GetBoolean());
        var after = await _host.WaitForAsync(Phone, live => live.State == DeviceState.Connected && live.Process!.Pid != before.Process.Pid);
        Assert.Equal(before.Jid, after.Jid);
    }

    // Fault 4 of the original: the mirror was attached once.
    [Fact]
    public async Task Mirror_EngineRestarted_IsAttachedAgain()
    {
        await _host.PairAsync(Phone);
        await _host.WaitForEventAsync(Phone, EventTypes.WebSocketConnected);
        var seen = _host.Events.Count(e => e.Type == EventTypes.WebSocketConnected);

        await _host.ControlAsync(Phone, "crash");

        await _host.WaitForEventAsync(Phone, EventTypes.WebSocketClosed);
        await RunningHost.UntilAsync(() => Task.FromResult(_host.Events.Count(e => e.Type == EventTypes.WebSocketConnected) > seen), () => "never attached again");
    }

    [Fact]
    public async Task Stop_RunningDevice_TakesNoThirtySecondsAndStaysStopped()
    {
        await _host.PairAsync(Phone);
        var start = Stopwatch.GetTimestamp();

        var stopped = await _host.Device(Phone).StopAsync();

        // Fault 1 of the original: 35 s, always ended by SIGKILL.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(25));
        Assert.Equal((DeviceState.Stopped, DeviceReason.Operator), (stopped.State, stopped.Reason!.Value));
        Assert.Null(stopped.Process);
        await _host.WaitForEventAsync(Phone, EventTypes.ProcessStopped, data => data.GetProperty("reason").GetString() == "operator" && data.GetProperty("exitCode").GetInt32() == 0);
        Assert.Equal(DeviceState.Stopped, (await _host.Device(Phone).StopAsync()).State);
        Assert.Equal(DeviceState.Connected, (await StartAndWaitAsync()).State);
    }

    [Fact]
    public async Task Host_StoppedAndStartedAgain_ConnectsPairedDevicesByItself()
    {
        await _host.PairAsync(Phone);
        var engine = (await _host.WaitForAsync(Phone, DeviceState.Connected)).Process!.Pid;

        await _host.StopAsync();
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(engine));
        _host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken), directory: new DirectoryInfo(_host.DataDirectory));

        await _host.WaitForAsync(Phone, DeviceState.Connected);
    }

    [Fact]
    public async Task Logout_ByThePhone_SaysSoAndPairsAnew()
    {
        var device = await _host.PairAsync(Phone);

        await _host.ControlAsync(Phone, "logout");
        var loggedOut = await _host.WaitForAsync(Phone, DeviceState.LoggedOut, DeviceReason.LoggedOutByPhone);
        Assert.Null(loggedOut.Jid);

        await device.GetQrAsync();
        await _host.WaitForAsync(Phone, DeviceState.Pairing);
        await _host.ControlAsync(Phone, "scan");
        await _host.WaitForAsync(Phone, DeviceState.Connected);
    }

    [Fact]
    public async Task PairingCode_EnteredOnThePhone_Connects()
    {
        var device = await _host.RegisterAsync(Phone);
        await _host.WaitForAsync(Phone, DeviceState.Pairing);

        var code = await device.GetPairingCodeAsync();
        Assert.Matches("^[1-9A-Z]{4}-[1-9A-Z]{4}$", code.Code);
        await _host.ControlAsync(Phone, "scan");

        await _host.WaitForAsync(Phone, DeviceState.Connected);
    }

    [Fact]
    public async Task Engine_ReplacedByAnotherSession_IsNotRestartedAtOnce()
    {
        await _host.PairAsync(Phone);

        await _host.ControlAsync(Phone, "replace");

        await _host.WaitForAsync(Phone, DeviceState.BackingOff, DeviceReason.StreamReplaced);
    }

    [Fact]
    public async Task Start_DuringAPause_EndsThePause()
    {
        var device = await _host.PairAsync(Phone);
        await _host.ControlAsync(Phone, "replace");
        await _host.WaitForAsync(Phone, DeviceState.BackingOff, DeviceReason.StreamReplaced);

        await device.StartAsync();

        // The pause itself would have been a minute.
        await _host.WaitForAsync(Phone, DeviceState.Connected);
    }

    [Fact]
    public async Task Logout_ByAnOperator_SaysSo()
    {
        var device = await _host.PairAsync(Phone);

        var loggedOut = await device.LogoutAsync();

        Assert.Equal((DeviceState.LoggedOut, DeviceReason.Operator), (loggedOut.State, loggedOut.Reason!.Value));
        Assert.DoesNotContain(_host.Events, e => e.Type == EventTypes.StateChanged && e.Data.GetProperty("reason").GetString() == "logged_out_by_phone");
    }

    [Fact]
    public async Task StartStopRestart_AllAtOnce_EndInTheLastWish()
    {
        var device = await _host.PairAsync(Phone);

        await Task.WhenAll(device.StopAsync(), device.StartAsync(), device.RestartAsync(), device.StopAsync(), device.StartAsync());

        await _host.WaitForAsync(Phone, DeviceState.Connected);
        Assert.Single(Directory.GetFiles(Path.Combine(_host.DataDirectory, "run")));
    }

    [Fact]
    public async Task Remove_WithErase_LeavesNoRowNoProcessAndNoFile()
    {
        await _host.PairAsync(Phone);
        var engine = (await _host.WaitForAsync(Phone, DeviceState.Connected)).Process!.Pid;

        await _host.Device(Phone).RemoveAsync(erase: true);

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(engine));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_host.DataDirectory, "sessions")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_host.DataDirectory, "run")));
        await RunningHost.UntilAsync(
            async () => await Record.ExceptionAsync(() => _host.Device(Phone).GetLiveAsync()) is PlatformException { Code: ErrorCode.DeviceNotFound }, () => "still there");
        await _host.RegisterAsync(Phone);
        await _host.WaitForAsync(Phone, DeviceState.Pairing);
    }

    private async Task<DeviceLive> StartAndWaitAsync()
    {
        await _host.Device(Phone).StartAsync();
        return await _host.WaitForAsync(Phone, DeviceState.Connected);
    }
}
