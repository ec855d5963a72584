using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using WaPlatform.Console.Access;
using WaPlatform.Console.Http;
using WaPlatform.Console.Messages;

namespace WaPlatform.Console.Live;

/// <summary>
/// The console's one connection to the hub: dials while somebody is signed in, dials again when it is lost, and then catches up: the hub is asked for
/// what was missed, and every page is told to read its figures anew (<see cref="Resumed"/>), for some of them come with no event.
/// </summary>
public sealed class LiveConnection(Session session, Uri hub, TimeProvider timeProvider) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HubConnection? _connection;
    private Task? _running;
    private string? _cursor;

    public event Action? StateChanged;

    /// <summary>Live again after a loss: what is shown has to be read anew.</summary>
    public event Action? Resumed;

    public event Action<DeviceChange>? DeviceChanged;

    public event Action<QrChange>? QrChanged;

    public event Action<Message>? MessageChanged;

    public event Action<JournalEvent>? EventArrived;

    public LiveState State { get; private set; }

    /// <summary>When the connection was lost; null while it stands.</summary>
    public DateTimeOffset? LostAt { get; private set; }

    public void Start()
    {
        session.SessionChanged += OnSessionChanged;
        OnSessionChanged();
        _running = RunAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        session.SessionChanged -= OnSessionChanged;
        await _stopping.CancelAsync();
        _wanted.TrySetResult();
        await (_running ?? Task.CompletedTask);
        _stopping.Dispose();
    }

    private void OnSessionChanged()
    {
        if (session.Current is not null)
        {
            _wanted.TrySetResult();
        }
        else if (_wanted.Task.IsCompleted)
        {
            _wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _cursor = null;
            _ = HangUpAsync();
        }
    }

    private async Task HangUpAsync()
    {
        if (_connection is { } connection)
        {
            await connection.StopAsync();
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (session.Current is null)
            {
                LostAt = null;
                Become(LiveState.Off);
                await _wanted.Task;
                continue;
            }

            Become(LostAt is null ? LiveState.Connecting : LiveState.Lost);
            failures = await StandAsync(cancellationToken) ? 0 : failures + 1;
            LostAt ??= timeProvider.GetUtcNow();
            if (session.Current is not null)
            {
                Become(LiveState.Lost);
                await Task.Delay(RedialDelay.After(failures), timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>True if there was a connection; it is lost again.</returns>
    private async Task<bool> StandAsync(CancellationToken cancellationToken)
    {
        var resuming = LostAt is not null && _cursor is not null;
        await using var connection = Build(resuming);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        try
        {
            await connection.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // By design: whatever it is, it is dialed again, and the badge says so meanwhile.
            return false;
        }

        _connection = connection;
        await CatchUpAsync(connection, cancellationToken);
        await closed.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _connection = null;
        return true;
    }

    /// <param name="resuming">Nothing is to be told before what was missed.</param>
    private HubConnection Build(bool resuming)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl(resuming ? new Uri(hub, "?hold=true") : hub, options => options.AccessTokenProvider = async () => await session.TokenAsync(_stopping.Token))
            .AddJsonProtocol(options => options.PayloadSerializerOptions.TypeInfoResolver =
                JsonTypeInfoResolver.Combine(ApiJson.Default, new DefaultJsonTypeInfoResolver()))
            .Build();
        connection.On<DeviceChange>("device-state-changed", change => DeviceChanged?.Invoke(change));
        connection.On<QrChange>("qr-code", change => QrChanged?.Invoke(change));
        connection.On<Message>("message-status", message => MessageChanged?.Invoke(message));
        connection.On<JournalEvent>("event", OnEvent);
        return connection;
    }

    private void OnEvent(JournalEvent entry)
    {
        _cursor = entry.Id;
        EventArrived?.Invoke(entry);
    }

    private async Task CatchUpAsync(HubConnection connection, CancellationToken cancellationToken)
    {
        var wasLost = LostAt is not null;
        if (wasLost && _cursor is { } cursor)
        {
            try
            {
                await connection.InvokeAsync("Resume", cursor, cancellationToken);
            }
            catch (HubException)
            {
                // A platform that can't replay, or does not keep events that long: pages read everything anew.
            }
            catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException)
            {
                // Lost again; the loop sees it.
                return;
            }
        }

        LostAt = null;
        Become(LiveState.Live);
        if (wasLost)
        {
            Resumed?.Invoke();
        }
    }

    private void Become(LiveState state)
    {
        if (State != state)
        {
            State = state;
            StateChanged?.Invoke();
        }
    }
}
