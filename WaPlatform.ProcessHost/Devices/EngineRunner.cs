using System.Security.Cryptography;
using System.Text.Json;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;
using WaPlatform.ProcessHost.Hearing;
using WaPlatform.ProcessHost.Mirror;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ProcessHost.Sessions;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Runs one life of a device's engine after another: start, readiness, what is watched meanwhile, end. Runs on the grain's scheduler.</summary>
internal sealed partial class EngineRunner(
    DeviceRecord record, DeviceCondition condition, DeviceJournal journal, EngineHost host, OutputLog output, DeviceMetrics metrics, MirrorMetrics mirrorMetrics, HearingWatch hearing,
    Func<string, JsonElement, Task> onWebhook, ILogger logger)
{
    // The grain's own: what comes from other threads is handed over to it.
    private readonly TaskScheduler _scheduler = TaskScheduler.Current;
    private long _generation = host.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The engine that runs now, ready or not.</summary>
    public EngineSession? Current { get; private set; }

    private string Masked => PhoneNumber.Parse(record.Device.PhoneNumber).Masked;

    /// <summary>Runs one life of the engine. Null if it could not even be begun.</summary>
    public async Task<EngineEnd?> RunAsync(CancellationToken stoppingToken)
    {
        if (await host.Installation.FindBinaryAsync(record.Device.PhoneNumber, CancellationToken.None) is not { } binary)
        {
            return Missing(DeviceReason.EngineMissing);
        }

        if (!host.TryReserve(record.Device.PhoneNumber))
        {
            return Missing(DeviceReason.CapacityExhausted);
        }

        if (await FindSessionAsync(stoppingToken) is not { } place)
        {
            return stoppingToken.IsCancellationRequested ? null : Missing(DeviceReason.SessionStoreUnavailable);
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
            return await LiveAsync(binary, place, port, stoppingToken);
        }
        finally
        {
            host.Ports.Return(port);
        }
    }

    private async Task<EngineEnd> LiveAsync(string binary, SessionPlace place, int port, CancellationToken stoppingToken)
    {
        var turn = new StartTurn(host.StartTurns);
        EngineSession? session = null;
        try
        {
            await turn.TakeAsync(stoppingToken);
            session = await EngineSession.StartAsync(
                host, record.Device.PhoneNumber, binary, port, host.ProxyOf(record.Device), place, ++_generation, output, journal, onWebhook);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException or CryptographicException or LeaseLostException or OperationCanceledException)
        {
            turn.Release();
            if (exception is not OperationCanceledException)
            {
                Log.SpawnFailed(logger, exception, Masked);
                condition.Update(facts => facts with { Phase = ProcessPhase.BackingOff, PhaseReason = DeviceReason.EngineExit });
            }

            return new EngineEnd(DeviceReason.EngineExit, -1, null, port, Planned: exception is OperationCanceledException);
        }

        Current = session;
        metrics.ProcessStarted(session.Process);
        if (stoppingToken.IsCancellationRequested)
        {
            session.RequestEnd(DeviceReason.Operator);
        }

        session.Track(WatchAsync(session, turn));
        var exitCode = await session.WaitForEndAsync();
        if (session.Failure is { } failure)
        {
            Log.WatchBroke(logger, failure, session.Process.Pid);
        }

        turn.Release();
        metrics.ProcessGone(session.Process);
        Current = null;
        var planned = session.AskedReason is DeviceReason.Operator or DeviceReason.EngineUpdate or DeviceReason.PairingRestart or DeviceReason.QrTimeout;
        var next = stoppingToken.IsCancellationRequested ? ProcessPhase.None : planned ? ProcessPhase.Starting : ProcessPhase.BackingOff;
        var reason = ExitMeaning.Of(exitCode, session.AskedReason);
        condition.Update(facts => facts with { Phase = next, PhaseReason = reason, IsConnected = false, IsLoggedIn = false, Dialing = false });
        return new EngineEnd(reason, exitCode, session.Process.Pid, port, planned);
    }

    private async Task WatchAsync(EngineSession session, StartTurn turn)
    {
        try
        {
            if (await session.GetReadyAsync(record.Device.PhoneNumber) is { } slot)
            {
                BeginWatches(session, slot);
                return;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // By design: an engine whose start fails in a way that nobody thought of is ended like any other that does not get ready.
            Log.WatchBroke(logger, exception, session.Process.Pid);
        }
        finally
        {
            turn.Release();
        }

        session.RequestEnd(DeviceReason.EngineNotReady, kill: session.AskedReason is null);
    }

    private void BeginWatches(EngineSession session, EngineSlot slot)
    {
        session.OpenMirror(signal => Post(() => OnSignal(session, signal)), mirrorMetrics, logger);
        condition.EngineReady(slot.Jid);
        var watch = new EngineWatch(condition, session, host, logger);
        session.Watch(watch.PollStatusAsync, logger);
        session.Watch(watch.ProbeLivenessAsync, logger);
        session.IsReady = true;
        session.Watch(() => hearing.RunAsync(new EngineHearing(session, condition, record.Device.PhoneNumber), session.Ended), logger);
    }

    private async Task<SessionPlace?> FindSessionAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await host.Sessions.PrepareAsync(
                record.Device.PhoneNumber, new SessionTurn(record.Device.CreatedAt.ToUnixTimeMilliseconds(), record.Device.Epoch), stoppingToken);
        }
        catch (SessionStoreException exception)
        {
            Log.NoSession(logger, exception, Masked);
            return null;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private EngineEnd? Missing(DeviceReason reason)
    {
        condition.Update(facts => facts with { Phase = ProcessPhase.GivenUp, PhaseReason = reason });
        return null;
    }

    /// <summary>Ends the process at once; from any thread. What that means is found out where its end is waited for.</summary>
    public void Kill()
    {
        if (Current is { } session)
        {
            session.RequestEnd(DeviceReason.HostLost, kill: true);

            // Not when the grain's turn comes, but now.
            session.Process.KillAsync().Ignore();
        }
    }

    /// <summary>No engine comes after the last one for now.</summary>
    public void Rest() => hearing.Drop();

    /// <summary>Ends what still runs, when nothing else can be relied on any more.</summary>
    public async Task AbandonAsync()
    {
        if (Current is { } session)
        {
            session.RequestEnd(DeviceReason.EngineCrash, kill: true);
            await ((Task)session.WaitForEndAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Current = null;
        }
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The engine of device {Phone} could not be started.")]
        public static partial void SpawnFailed(ILogger logger, Exception exception, string phone);

        [LoggerMessage(3, LogLevel.Warning, "The session of device {Phone} can't be had; its engine is started later.")]
        public static partial void NoSession(ILogger logger, Exception exception, string phone);

        [LoggerMessage(2, LogLevel.Error, "The watch over engine process {Pid} broke.")]
        public static partial void WatchBroke(ILogger logger, Exception exception, int pid);
    }
}

/// <summary>How one life of an engine ended.</summary>
/// <param name="Pid">Null if no process came to be.</param>
/// <param name="Planned">The platform ended it in order to start it again, or to stop it.</param>
internal sealed record EngineEnd(DeviceReason Reason, int ExitCode, int? Pid, int Port, bool Planned);
