using System.Text.Json;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Events;
using WaPlatform.ProcessHost.Mirror;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ProcessHost.Sessions;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>One life of an engine: its process, our connections to it, and what is watched while it runs. Runs on the grain's scheduler.</summary>
internal sealed class EngineSession : IWebhookSink
{
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(40);

    private readonly EngineHost _host;
    private readonly string _phoneNumber;
    private readonly DeviceJournal _journal;
    private readonly EngineSecrets _secrets;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<EndRequest> _endRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _dialTurn = new(1);
    private readonly List<Task> _tracked = [];
    private readonly Func<string, JsonElement, Task> _onWebhook;

    private EngineSession(EngineHost host, string phoneNumber, DeviceJournal journal, EngineSecrets secrets, EngineProcess process, int port, long generation, Func<string, JsonElement, Task> onWebhook)
    {
        _host = host;
        _phoneNumber = phoneNumber;
        _journal = journal;
        _secrets = secrets;
        _onWebhook = onWebhook;
        Process = process;
        Port = port;
        Generation = generation;
        Ended = _ended.Token;
        Client = new EngineClient(Address, secrets, host.TimeProvider);
    }

    public EngineProcess Process { get; }

    public EngineClient Client { get; }

    public int Port { get; }

    public long Generation { get; }

    public string? Version { get; private set; }

    /// <summary>The engine listens, has its slot, and is watched.</summary>
    public bool IsReady { get; set; }

    public EngineSocket? Socket { get; private set; }

    /// <summary>Set as soon as the process is to end: calls to the engine are then of no more use.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Why the platform itself ended the process; null while it has not.</summary>
    public DeviceReason? AskedReason { get; private set; }

    /// <summary>What a part of the session broke with, for the log; known once it has ended.</summary>
    public Exception? Failure { get; private set; }

    public string WebhookSecret => _secrets.WebhookSecret;

    private Uri Address => new($"http://127.0.0.1:{Port}");

    public static async Task<EngineSession> StartAsync(
        EngineHost host, string phoneNumber, string binary, int port, string? proxy, SessionPlace place, long generation, OutputLog output, DeviceJournal journal, Func<string, JsonElement, Task> onWebhook)
    {
        var secrets = EngineSecrets.Create();
        var launch = new EngineLaunch(
            host.Installation.Kind, binary, host.Sessions.DirectoryOf(phoneNumber), port, secrets, host.Callbacks.AddressFor(secrets.WebhookToken), proxy, host.Engine, place,
            host.SimulatorVariables);
        var process = await EngineProcess.StartAsync(launch, host.Spawn, host.RunFile(phoneNumber), output, host.TimeProvider);
        var session = new EngineSession(host, phoneNumber, journal, secrets, process, port, generation, onWebhook);
        host.Callbacks.Register(secrets.WebhookToken, session);
        journal.Append(EventTypes.ProcessStarted, EventSource.Process, new ProcessStartedData(process.Pid, port), port);
        return session;
    }

    /// <summary>Waits until the engine listens and has its slot. Null if it ended, or was not ready in time.</summary>
    public async Task<EngineSlot?> GetReadyAsync(string phoneNumber)
    {
        var start = _host.TimeProvider.GetTimestamp();
        while (!await Client.IsListeningAsync(_host.Supervision.ReadyTimeout, Ended))
        {
            if (Process.Exited.IsCompleted || _endRequested.Task.IsCompleted || _host.TimeProvider.GetElapsedTime(start) > _host.Supervision.ReadyTimeout)
            {
                return null;
            }

            await Task.Delay(ReadyPoll, _host.TimeProvider);
        }

        try
        {
            Version = await Client.GetVersionAsync(_host.Supervision.LivenessTimeout, Ended);
            return await Client.EnsureSlotAsync(phoneNumber, Ended);
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Opens the mirror; it reconnects by itself until the end of the session.</summary>
    public void OpenMirror(Action<EngineSignal> onSignal, MirrorMetrics metrics, ILogger logger)
    {
        Socket = new EngineSocket(Address, _secrets, Client.SlotId!, _journal, onSignal, metrics, _host.TimeProvider, logger);

        // Off the grain's scheduler: the socket must be drained even while the grain is busy.
        Watch(() => Task.Run(() => Socket.RunAsync(Ended)), logger);
    }

    /// <summary>Makes a call that dials WhatsApp. One at a time: a second one would freeze the whole engine (gowa real.md §3.1 point 4).</summary>
    public async Task<EngineAnswer> DialAsync(Func<EngineClient, Task<EngineAnswer>> call)
    {
        await _dialTurn.WaitAsync(Ended);
        try
        {
            return await call(Client);
        }
        finally
        {
            _dialTurn.Release();
        }
    }

    /// <summary>A dialing call is under way.</summary>
    public bool IsDialing => _dialTurn.CurrentCount == 0;

    public EngineRoute Route => new(_host.Id, Address, _secrets.Authorization, Client.SlotId!, Generation, ThisProcess.Id, _host.ForwarderFor(_phoneNumber));

    /// <summary>Keeps a task that lives with the session, to be awaited at its end.</summary>
    public void Track(Task task)
    {
        _tracked.RemoveAll(done => done.IsCompletedSuccessfully);
        _tracked.Add(task);
    }

    /// <summary>Begins to watch the engine, until the session ends.</summary>
    public void Watch(Func<Task> watch, ILogger logger) => Track(PersistentWatch.RunAsync(watch, _host.TimeProvider, logger, Ended));

    /// <summary>Asks for the end of the process; <see cref="WaitForEndAsync"/> carries it out. The first reason counts.</summary>
    public void RequestEnd(DeviceReason reason, bool kill = false)
    {
        AskedReason ??= reason;
        _endRequested.TrySetResult(new EndRequest(kill));
    }

    /// <summary>Waits until the process has ended, by itself or because it was asked to, and everything of this session with it.</summary>
    /// <returns>The exit code, 128 + n for signal n.</returns>
    public async Task<int> WaitForEndAsync()
    {
        await Task.WhenAny(Process.Exited, _endRequested.Task);

        // Our connections first: one that is open without a request makes the engine wait 15 s (gowa real.md §3.1 point 8).
        await _ended.CancelAsync();
        Client.Dispose();
        var exitCode = Process.Exited.IsCompleted ? await Process.Exited
            : (await _endRequested.Task).Kill ? await Process.KillAsync()
            : await Process.StopAsync(_host.Supervision.StopGrace, _host.TimeProvider);

        _host.Callbacks.Unregister(_secrets.WebhookToken);
        await Task.WhenAll(_tracked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Failure = _tracked.FirstOrDefault(task => task.IsFaulted)?.Exception;
        return exitCode;
    }

    public async Task<bool> ReceiveAsync(string engineEvent, JsonElement payload, JsonElement envelope, CancellationToken cancellationToken)
    {
        if (!await _journal.AppendWebhookAsync(engineEvent, payload, envelope, Port, cancellationToken))
        {
            return false;
        }

        try
        {
            await _onWebhook(engineEvent, payload);
            return true;
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            // The engine comes again; a receipt that is told twice changes nothing.
            return false;
        }
    }

    private sealed record EndRequest(bool Kill);
}
