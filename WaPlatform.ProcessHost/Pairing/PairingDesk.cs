using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;

namespace WaPlatform.ProcessHost.Pairing;

/// <summary>
/// Gives out QR and pairing codes of one device. However many ask, the engine is called as <see cref="QrPolicy"/> allows: all share the code
/// that is valid, and all wait for the one call that is under way. Runs on the grain's scheduler.
/// </summary>
internal sealed partial class PairingDesk(DeviceSupervisor supervisor, DeviceCondition condition, DeviceJournal journal, EngineHost host, ILogger logger)
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SecondTry = TimeSpan.FromSeconds(1.5);

    /// <summary>A pairing code lives as long as the socket that it was asked on (gowa contract §7.5).</summary>
    private static readonly TimeSpan PairingCodeLife = TimeSpan.FromSeconds(160);

    private readonly List<long> _calls = [];
    private Shown? _shown;
    private Task<QrCode>? _underWay;
    private EngineSession? _sessionOfCalls;
    private int _callsInSession;
    private long? _pairingCodeAt;

    /// <summary>A code that is valid for another moment at least. Faults: DEVICE_NOT_RUNNING, ALREADY_PAIRED, ENGINE_*.</summary>
    public async Task<QrCode> GetQrAsync()
    {
        RefuseIfPaired();
        return Current() ?? await (_underWay ??= FetchOnceAsync());
    }

    public async Task<PairingCode> GetPairingCodeAsync(string phoneNumber)
    {
        RefuseIfPaired();
        var session = await supervisor.ReadyAsync(ReadyTimeout);
        var answer = await AskForCodeAsync(session, phoneNumber);
        if (!answer.IsSuccess || answer.Text("pair_code") is not { Length: > 0 } code)
        {
            throw EngineFaults.From(answer);
        }

        _pairingCodeAt = host.TimeProvider.GetTimestamp();
        return new PairingCode(code, host.TimeProvider.GetUtcNow() + PairingCodeLife);
    }

    private async Task<EngineAnswer> AskForCodeAsync(EngineSession session, string phoneNumber)
    {
        try
        {
            var answer = await session.DialAsync(client => client.LoginWithCodeAsync(phoneNumber, session.Ended));
            if (answer.HttpStatus != 500)
            {
                return answer;
            }

            // The engine does not wait for its socket before it asks for the code: a first call may come too early (contract §7.5).
            await Task.Delay(SecondTry, host.TimeProvider, session.Ended);
            return await session.DialAsync(client => client.LoginWithCodeAsync(phoneNumber, session.Ended));
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            throw EngineFaults.From(exception);
        }
    }

    private void RefuseIfPaired()
    {
        if (condition.Facts.Paired)
        {
            throw new PlatformException(ErrorCode.AlreadyPaired, "The number is paired already; log out first to pair it anew.");
        }
    }

    /// <summary>The codes of an ended process are worth nothing.</summary>
    public void Forget()
    {
        _shown = null;
        _pairingCodeAt = null;
    }

    private QrCode? Current()
    {
        if (_shown is not { } shown || shown.Session != supervisor.Current)
        {
            return null;
        }

        var age = host.TimeProvider.GetElapsedTime(shown.At);
        if (age < host.Engine.QrCodeLife - QrPolicy.Lead)
        {
            return shown.Code;
        }

        // Past the life that we wish to show, but WhatsApp still takes it: better than none while no other may be asked for.
        return age < QrPolicy.CodeLife - QrPolicy.Lead && WaitBeforeCall() > TimeSpan.Zero
            ? shown.Code with { ExpiresAt = shown.Code.GeneratedAt + QrPolicy.CodeLife }
            : null;
    }

    private TimeSpan WaitBeforeCall() => QrPolicy.WaitBeforeCall([.. _calls.Select(at => host.TimeProvider.GetElapsedTime(at))]);

    private async Task<QrCode> FetchOnceAsync()
    {
        // Leaves the caller's turn first: _underWay must be set before this can clear it.
        await Task.Yield();
        try
        {
            return await FetchAsync();
        }
        finally
        {
            _underWay = null;
        }
    }

    private async Task<QrCode> FetchAsync()
    {
        TimeSpan wait;
        while ((wait = WaitBeforeCall()) > TimeSpan.Zero && wait <= LongestWait)
        {
            await Task.Delay(wait, host.TimeProvider);
        }

        if (wait > LongestWait)
        {
            throw new PlatformException(ErrorCode.EngineUnavailable, "WhatsApp limits how often a QR code may be asked for; try again later.") { RetryAfter = wait };
        }

        var session = await supervisor.ReadyAsync(ReadyTimeout);

        // Somebody may have scanned meanwhile: another call, or a new process, would cut that pairing off (gowa contract §0.17).
        RefuseIfPaired();
        if (session == _sessionOfCalls && QrPolicy.NeedsFreshProcess(_callsInSession))
        {
            session = await supervisor.RenewAsync(DeviceReason.QrTimeout, ReadyTimeout);
        }

        (_callsInSession, _sessionOfCalls) = (session == _sessionOfCalls ? _callsInSession + 1 : 1, session);
        _calls.RemoveAll(at => host.TimeProvider.GetElapsedTime(at) > QrPolicy.Window);
        _calls.Add(host.TimeProvider.GetTimestamp());

        var code = await AskAsync(session);
        condition.Update(facts => facts with { Obstacle = null, UnlinkedBy = null });
        journal.Append(
            EventTypes.Qr, EventSource.Platform, new QrData(code.ToDataUri(), code.GeneratedAt, code.ExpiresAt), kept: new { code.GeneratedAt, code.ExpiresAt });
        session.Track(RefreshAsync(session));
        return code;
    }

    private async Task<QrCode> AskAsync(EngineSession session)
    {
        try
        {
            var answer = await session.DialAsync(client => client.LoginAsync(session.Ended));
            if (!answer.IsSuccess || !Uri.TryCreate(answer.Text("qr_link"), UriKind.Absolute, out var link))
            {
                if (answer.Message.StartsWith("QR channel closed", StringComparison.Ordinal))
                {
                    condition.Update(facts => facts with { Obstacle = DeviceReason.ClientOutdated });
                }

                throw EngineFaults.From(answer);
            }

            // Fetched at once: the engine deletes the file at half the code's life (contract §0.14).
            var png = await session.Client.GetPngAsync(link, session.Ended);
            var now = host.TimeProvider.GetUtcNow();
            var code = new QrCode(png, now, now + host.Engine.QrCodeLife);
            _shown = new Shown(code, host.TimeProvider.GetTimestamp(), session);
            return code;
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            throw EngineFaults.From(exception);
        }
    }

    // Keeps the code on everybody's screen fresh for as long as one window of calls goes, then waits for somebody to ask again.
    private async Task RefreshAsync(EngineSession session)
    {
        var mine = _shown;
        var last = QrPolicy.NeedsFreshProcess(_callsInSession);
        await Task.Delay(last ? QrPolicy.CodeLife : host.Engine.QrCodeLife - QrPolicy.Lead, host.TimeProvider, session.Ended);
        if (_shown != mine || condition.Facts.Paired || PairingCodeIsOut())
        {
            return;
        }

        if (last)
        {
            condition.Update(facts => facts with { Obstacle = DeviceReason.QrTimeout });
            return;
        }

        try
        {
            await (_underWay ??= FetchOnceAsync());
        }
        catch (PlatformException exception)
        {
            Log.RefreshFailed(logger, exception.Detail);
        }
    }

    // Another /app/login would drop the socket on which the pairing code was given out.
    private bool PairingCodeIsOut() => _pairingCodeAt is { } at && host.TimeProvider.GetElapsedTime(at) < PairingCodeLife;

    private sealed record Shown(QrCode Code, long At, EngineSession Session);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The QR code could not be renewed: {Why}")]
        public static partial void RefreshFailed(ILogger logger, string why);
    }
}
