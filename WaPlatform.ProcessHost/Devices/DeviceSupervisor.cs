using System.Diagnostics;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// Runs the engine of one device, life after life: starts it, watches it, and decides what its end means. The only code that does so;
/// everything here runs on the grain's scheduler, so nothing of it runs at the same time as anything else of it.
/// </summary>
internal sealed partial class DeviceSupervisor(
    EngineRunner runner, DeviceRecord record, DeviceCondition condition, DeviceJournal journal, EngineHost host, DeviceMetrics metrics, ILogger logger)
{
    private static readonly TimeSpan FirstObstacleRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ObstacleRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(50);

    private readonly ExitWindow _exits = new(host.Supervision.RestartWindow, host.TimeProvider);
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;
    private CancellationTokenSource? _pause;

    /// <summary>The engine that runs now, ready or not.</summary>
    public EngineSession? Current => runner.Current;

    /// <summary>The engine, if it is ready to be called.</summary>
    public EngineSession? Ready => Current is { IsReady: true, AskedReason: null, Ended.IsCancellationRequested: false } session ? session : null;

    public int Restarts { get; private set; }

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
    /// <param name="reason">What the end of the process is said to be for.</param>
    public async Task StopAsync(DesiredState desired, DeviceReason reason = DeviceReason.Operator)
    {
        // Known before the process ends, so that its end is not taken for the beginning of a restart.
        condition.Update(facts => facts with { Desired = desired });
        if (_stop is { } stop)
        {
            await stop.CancelAsync();
            Current?.RequestEnd(reason);
            await _run;
            stop.Dispose();
            _stop = null;
        }

        if (desired == DesiredState.Stopped)
        {
            condition.Update(facts => facts with { Desired = DesiredState.Stopped, Phase = ProcessPhase.None, PhaseReason = DeviceReason.Operator });
        }
    }

    /// <summary>Ends the engine at once, from any thread.</summary>
    public void Kill() => runner.Kill();

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

    private string Masked => PhoneNumber.Parse(record.Device.PhoneNumber).Masked;

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        // It outlives the call that began it, and is no part of that one's trace.
        Activity.Current = null;
        try
        {
            await RunLivesAsync(stoppingToken);
        }
        catch (Exception exception)
        {
            // By design: what nobody thought of must not leave a device that says "connected" with nothing behind it.
            Log.Broken(logger, exception, Masked);
            await runner.AbandonAsync();
            condition.Update(facts => facts with { Phase = ProcessPhase.GivenUp, PhaseReason = DeviceReason.EngineCrash, IsConnected = false, IsLoggedIn = false });
        }
        finally
        {
            runner.Rest();
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
        var retry = FirstObstacleRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await runner.RunAsync(stoppingToken) is not { } end)
            {
                // Something is missing that may come: binary, session, place or port.
                await PauseAsync(retry, stoppingToken);
                retry = TimeSpan.FromTicks(Math.Min(2 * retry.Ticks, ObstacleRetry.Ticks));
                continue;
            }

            retry = FirstObstacleRetry;
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

            Restarts++;
            if (delay > TimeSpan.Zero && willRestart)
            {
                await PauseAsync(delay.Value, stoppingToken);
            }
        }
    }
}
