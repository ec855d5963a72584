using System.Text.Json;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;
using WaPlatform.ProcessHost.Mirror;
using WaPlatform.ProcessHost.Processes;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// Runs the engine of one device, life after life: starts it, watches it, and decides what its end means. The only code that does so;
/// everything here runs on the grain's scheduler, so nothing of it runs at the same time as anything else of it.
/// </summary>
internal sealed partial class DeviceSupervisor(
    DeviceRecord record, DeviceCondition condition, DeviceJournal journal, EngineHost host, OutputLog output, DeviceMetrics metrics, MirrorMetrics mirrorMetrics,
    Func<string, JsonElement, Task> onWebhook, ILogger logger)
{
    private static readonly TimeSpan ObstacleRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(50);

    private readonly ExitWindow _exits = new(host.Supervision.RestartWindow, host.TimeProvider);
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;
    private CancellationTokenSource? _pause;
    private long _generation = host.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
    private int _restarts;

    // The grain's own: what comes from other threads is handed over to it.
    private readonly TaskScheduler _scheduler = TaskScheduler.Current;

    /// <summary>The engine that runs now, ready or not.</summary>
    public EngineSession? Current { get; private set; }

    /// <summary>The engine, if it is ready to be called.</summary>
    public EngineSession? Ready => Current is { IsReady: true, Ended.IsCancellationRequested: false } session ? session : null;

    public int Restarts => _restarts;

    public bool IsRunning => !_run.IsCompleted;

    /// <summary>Starts to run the engine, if it is not run already; ends a pause before its next start.</summary>
    public void Start()
    {
        _exits.Clear();
        if (IsRunning)
        {
            _pause?.Cancel();
            return;
        }

        _stop = new CancellationTokenSource();
        condition.Update(facts => facts with { Desired = DesiredState.Running, Phase = ProcessPhase.Starting, PhaseReason = null });
        _run = RunAsync(_stop.Token);
    }

    /// <summary>Ends the engine and stays stopped. Completes when the process is gone.</summary>
    /// <param name="desired">Stopped for an operator's wish; Running when only this host lets go of the device.</param>
    public async Task StopAsync(DesiredState desired)
    {
        // Known before the process ends, so that its end is not taken for the beginning of a restart.
        condition.Update(facts => facts with { Desired = desired });
        if (_stop is { } stop)
        {
            await stop.CancelAsync();
            Current?.RequestEnd(DeviceReason.Operator);
            await _run;
            stop.Dispose();
            _stop = null;
        }

        if (desired == DesiredState.Stopped)
        {
            condition.Update(facts => facts with { Desired = DesiredState.Stopped, Phase = ProcessPhase.None, PhaseReason = DeviceReason.Operator });
        }
    }

    /// <summary>Waits for an engine that can be called. Faults: DEVICE_NOT_RUNNING, CAPACITY_EXHAUSTED, ENGINE_UNAVAILABLE.</summary>
    public async Task<EngineSession> ReadyAsync(TimeSpan timeout)
    {
        var start = host.TimeProvider.GetTimestamp();
        while (host.TimeProvider.GetElapsedTime(start) < timeout)
        {
            if (Ready is { } ready)
            {
                return ready;
            }

            if (!IsRunning || condition.Facts.Phase == ProcessPhase.GivenUp || condition.Facts.Desired == DesiredState.Stopped)
            {
                throw new PlatformException(
                    condition.Facts.PhaseReason == DeviceReason.CapacityExhausted ? ErrorCode.CapacityExhausted : ErrorCode.DeviceNotRunning,
                    DeviceReasonAdvice.For(condition.Facts.PhaseReason) ?? "The device is not running; start it first.");
            }

            await Task.Delay(ReadyPoll, host.TimeProvider);
        }

        throw new PlatformException(ErrorCode.EngineUnavailable, "The engine is not ready yet.") { RetryAfter = ObstacleRetry };
    }

    /// <summary>Ends the engine and waits for the one that follows it.</summary>
    public async Task<EngineSession> RenewAsync(DeviceReason reason, TimeSpan timeout)
    {
        if (Current is { } session)
        {
            session.RequestEnd(reason);
            await session.Process.Exited;
        }

        return await ReadyAsync(timeout);
    }

    private void OnSignal(EngineSession session, EngineSignal signal)
    {
        if (session != Current)
        {
            return;
        }

        switch (signal)
        {
            case EngineSignal.Paired:
                condition.PairingSeen();
                break;
            case EngineSignal.LoggedOut when condition.Facts.Paired:
                condition.Unlink(DeviceReason.LoggedOutByPhone);
                break;
            case EngineSignal.PasskeyRequested:
                condition.Update(facts => facts with { Obstacle = DeviceReason.PasskeyRequired });
                break;
        }
    }

    private void Post(Action action) =>
        _ = Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    private string Masked => PhoneNumber.Parse(record.Device.PhoneNumber).Masked;

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunLivesAsync(stoppingToken);
        }
        catch (Exception exception)
        {
            // By design: what nobody thought of must not leave a device that says "connected" with nothing behind it.
            Log.Broken(logger, exception, Masked);
            Current?.RequestEnd(DeviceReason.EngineCrash, kill: true);
            Current = null;
            condition.Update(facts => facts with { Phase = ProcessPhase.GivenUp, PhaseReason = DeviceReason.EngineCrash, IsConnected = false, IsLoggedIn = false });
        }
        finally
        {
            host.Release(record.Device.PhoneNumber);
        }
    }

    private async Task PauseAsync(TimeSpan delay, CancellationToken stoppingToken)
    {
        using var pause = _pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.Delay(delay, host.TimeProvider, pause.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _pause = null;
    }

    private async Task RunLivesAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await StartProcessAsync(stoppingToken) is not { } end)
            {
                // Something is missing that may come: binary, place or port.
                await PauseAsync(ObstacleRetry, stoppingToken);
                continue;
            }

            var delay = end.Planned ? TimeSpan.Zero : RestartPolicy.Decide(end.Reason, _exits.Add(), Random.Shared.NextDouble(), host.Supervision);
            var willRestart = delay is not null && !stoppingToken.IsCancellationRequested;
            if (end.Pid is { } pid)
            {
                journal.Append(EventTypes.ProcessStopped, EventSource.Process, new ProcessStoppedData(end.ExitCode, end.Reason, willRestart, pid), end.Port);
                metrics.ProcessEnded(end.Reason);
                Log.ProcessEnded(logger, pid, Masked, end.ExitCode, end.Reason, willRestart);
            }

            if (delay is null)
            {
                var reason = end.Reason == DeviceReason.StreamReplaced ? DeviceReason.StreamReplaced : DeviceReason.CrashLoop;
                condition.Update(facts => facts with { Phase = ProcessPhase.GivenUp, PhaseReason = reason });
                break;
            }

            _restarts++;
            if (delay > TimeSpan.Zero && willRestart)
            {
                await PauseAsync(delay.Value, stoppingToken);
            }
        }
    }

    /// <summary>Runs one life of the engine. Null if it could not even be begun.</summary>
    private async Task<End?> StartProcessAsync(CancellationToken stoppingToken)
    {
        if (host.Installation.FindBinary() is not { } binary)
        {
            return Missing(DeviceReason.EngineMissing);
        }

        if (!host.TryReserve(record.Device.PhoneNumber))
        {
            return Missing(DeviceReason.CapacityExhausted);
        }

        if (host.Ports.Lease() is not { } port)
        {
            return Missing(DeviceReason.PortExhausted);
        }

        try
        {
            condition.Update(facts => facts with
            {
                Phase = ProcessPhase.Starting, PhaseReason = facts.Phase == ProcessPhase.Starting ? facts.PhaseReason : null,
                IsConnected = false, IsLoggedIn = false, Dialing = false, WasConnected = false, Obstacle = null,
            });
            return await LiveAsync(binary, port, stoppingToken);
        }
        finally
        {
            host.Ports.Return(port);
        }
    }

    private async Task<End> LiveAsync(string binary, int port, CancellationToken stoppingToken)
    {
        var turn = new StartTurn(host.StartTurns);
        EngineSession? session = null;
        try
        {
            await turn.TakeAsync(stoppingToken);
            session = await EngineSession.StartAsync(
                host, record.Device.PhoneNumber, binary, port, record.Device.Proxy, ++_generation, output, journal, onWebhook);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            turn.Release();
            if (exception is not OperationCanceledException)
            {
                Log.SpawnFailed(logger, exception, Masked);
                condition.Update(facts => facts with { Phase = ProcessPhase.BackingOff, PhaseReason = DeviceReason.EngineExit });
            }

            return new End(DeviceReason.EngineExit, -1, null, port, Planned: exception is OperationCanceledException);
        }

        Current = session;
        metrics.ProcessStarted();
        if (stoppingToken.IsCancellationRequested)
        {
            session.RequestEnd(DeviceReason.Operator);
        }

        session.Track(WatchAsync(session, turn));
        var exitCode = await session.WaitForEndAsync();
        if (session.Failure is { } failure)
        {
            Log.NotReady(logger, failure, session.Process.Pid);
        }

        turn.Release();
        metrics.ProcessGone();
        Current = null;
        var planned = session.AskedReason is DeviceReason.Operator or DeviceReason.PairingRestart or DeviceReason.QrTimeout;
        var next = stoppingToken.IsCancellationRequested ? ProcessPhase.None : planned ? ProcessPhase.Starting : ProcessPhase.BackingOff;
        var reason = ExitMeaning.Of(exitCode, session.AskedReason);
        condition.Update(facts => facts with { Phase = next, PhaseReason = reason, IsConnected = false, IsLoggedIn = false, Dialing = false });
        return new End(reason, exitCode, session.Process.Pid, port, planned);
    }

    private async Task WatchAsync(EngineSession session, StartTurn turn)
    {
        EngineSlot? slot = null;
        try
        {
            slot = await session.GetReadyAsync(record.Device.PhoneNumber);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // By design: an engine whose start fails in a way that nobody thought of is ended like any other that does not get ready.
            Log.NotReady(logger, exception, session.Process.Pid);
        }
        finally
        {
            turn.Release();
        }

        if (slot is null)
        {
            session.RequestEnd(DeviceReason.EngineNotReady, kill: session.AskedReason is null);
            return;
        }

        session.OpenMirror(signal => Post(() => OnSignal(session, signal)), mirrorMetrics, logger);
        condition.EngineReady(slot.Jid);
        var watch = new EngineWatch(condition, session, host, logger);
        session.Track(watch.PollStatusAsync());
        session.Track(watch.ProbeLivenessAsync());
        session.IsReady = true;
    }

    private End? Missing(DeviceReason reason)
    {
        condition.Update(facts => facts with { Phase = ProcessPhase.GivenUp, PhaseReason = reason });
        return null;
    }

    private sealed record End(DeviceReason Reason, int ExitCode, int? Pid, int Port, bool Planned);
}
