using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>
/// Watches one life of an engine. What WhatsApp's side does is asked by /app/status, one question at a time: it hangs while the engine dials,
/// and that is no sign of death. Whether the process lives is asked by /app/info alone (gowa real.md §3.1 point 4).
/// </summary>
internal sealed partial class EngineWatch(DeviceCondition condition, EngineSession session, EngineHost host, ILogger logger)
{
    // From the phone's scan to the moment at which the engine names the account (contract §7.3: 1 to 5 s).
    private static readonly TimeSpan PairingGap = TimeSpan.FromSeconds(60);

    private long? _unpairedSince;
    private long? _downSince;
    private int _reconnects;

    public async Task PollStatusAsync()
    {
        while (!session.Ended.IsCancellationRequested)
        {
            if (session.IsDialing)
            {
                // Our own login or reconnect: a status request would only hang behind it.
                condition.Update(facts => facts with { Dialing = true });
            }
            else if (await AskAsync() is { } status)
            {
                Apply(status);
                await ReconnectIfStuckAsync(status);
            }

            var interval = condition.Facts is { IsConnected: true, IsLoggedIn: true, Settling: false } ? host.Supervision.StatusInterval : host.Supervision.EagerStatusInterval;
            await Task.Delay(interval, host.TimeProvider, session.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    public async Task ProbeLivenessAsync()
    {
        var failures = 0;
        while (!session.Ended.IsCancellationRequested)
        {
            try
            {
                await session.Client.GetVersionAsync(host.Supervision.LivenessTimeout, session.Ended);
                failures = 0;
            }
            catch (Exception exception) when (EngineFaults.IsCallFailure(exception) && !session.Ended.IsCancellationRequested)
            {
                if (++failures >= host.Supervision.LivenessFailures)
                {
                    Log.Unresponsive(logger, session.Process.Pid, failures, exception.Message);
                    session.RequestEnd(DeviceReason.EngineUnresponsive);
                    return;
                }
            }

            await Task.Delay(host.Supervision.LivenessInterval, host.TimeProvider, session.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task<EngineStatus?> AskAsync()
    {
        var pending = session.Client.GetStatusAsync(session.Ended);
        if (await Task.WhenAny(pending, Task.Delay(host.Supervision.DialingAfter, host.TimeProvider, session.Ended)) != pending && !session.Ended.IsCancellationRequested)
        {
            condition.Update(facts => facts with { Dialing = true, IsConnected = false });
        }

        try
        {
            return await pending;
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            // What the engine is doing is unknown, so it is not "connected"; whether it lives is the other probe's question.
            if (!session.Ended.IsCancellationRequested)
            {
                condition.Update(facts => facts with { IsConnected = false });
            }

            return null;
        }
    }

    private void Apply(EngineStatus status)
    {
        if (session.Ended.IsCancellationRequested)
        {
            return;
        }

        condition.Update(facts => facts with
        {
            Dialing = false,
            IsConnected = status.IsConnected,
            IsLoggedIn = status.IsLoggedIn,
            WasConnected = facts.WasConnected || status is { IsConnected: true, IsLoggedIn: true },
            Settling = facts.Settling && (condition.PairsInThisProcess || status is not { IsConnected: true, IsLoggedIn: true }),
        });

        switch (status)
        {
            case { Jid: { } jid, IsConnected: true, IsLoggedIn: true } when condition.PairsInThisProcess:
                condition.Paired(jid);
                session.RequestEnd(DeviceReason.PairingRestart);
                break;
            case { Jid: { } jid }:
                _unpairedSince = null;
                condition.SetJid(jid);
                break;
            case { Jid: null } when condition.Facts.Paired && (!condition.PairsInThisProcess || PairingGapIsOver()):
                // The engine told it on its socket while nobody listened, or lost its session.
                condition.Unlink(DeviceReason.LoggedOutByPhone);
                break;
        }
    }

    private bool PairingGapIsOver() => host.TimeProvider.GetElapsedTime(_unpairedSince ??= host.TimeProvider.GetTimestamp()) > PairingGap;

    // A connect that failed at the engine's start is never repeated by the engine (contract §8.1), and its own reconnecting may have given up.
    private async Task ReconnectIfStuckAsync(EngineStatus status)
    {
        if (status is { IsConnected: true } or { Jid: null } || session.Ended.IsCancellationRequested)
        {
            _downSince = null;
            _reconnects = status.IsConnected ? 0 : _reconnects;
            return;
        }

        var patience = host.Supervision.ReconnectAfter * Math.Min(Math.Pow(2, _reconnects), 16);
        if (host.TimeProvider.GetElapsedTime(_downSince ??= host.TimeProvider.GetTimestamp()) < patience)
        {
            return;
        }

        _downSince = null;
        _reconnects++;
        Log.Reconnecting(logger, session.Process.Pid, _reconnects);
        condition.Update(facts => facts with { Dialing = true });
        try
        {
            await session.DialAsync(client => client.ReconnectAsync(session.Ended));
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            // The next status says what came of it.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Engine process {Pid} failed {Failures} liveness probes in a row and is ended: {Why}")]
        public static partial void Unresponsive(ILogger logger, int pid, int failures, string why);

        [LoggerMessage(2, LogLevel.Information, "Engine process {Pid} is paired but not connected; telling it to dial again (attempt {Attempt}).")]
        public static partial void Reconnecting(ILogger logger, int pid, int attempt);
    }
}
