using System.Text.Json;
using System.Text.Json.Nodes;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// Sends the messages of one device, in their order and within its limits. The rows are the truth: a message is marked before the engine is
/// called and concluded after, so that a crash leaves at most the one question which <see cref="DoubtResolver"/> answers. Runs on the grain's scheduler.
/// </summary>
internal sealed partial class MessagePump(
    DeviceSupervisor supervisor, DeviceCondition condition, DeviceRecord record, MessageStore store, DoubtResolver doubts, Receipts receipts, Outcomes outcomes, MessageTeller teller,
    MessageMetrics metrics, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EngineTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StorageRetry = TimeSpan.FromSeconds(1);

    private readonly List<long> _starts = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private CancellationToken _stopping;
    private Task _round = Task.CompletedTask;
    private bool _isHeld;

    public DateTimeOffset? LastSentAt { get; private set; }

    /// <summary>There may be something to do.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Waits for the outcome of a message, and returns its status when there is one or the time is over.</summary>
    public Task<MessageStatus> SubmitAsync(Guid id, TimeSpan wait)
    {
        Wake();
        return outcomes.WaitAsync(id, wait);
    }

    /// <summary>Runs until <paramref name="stoppingToken"/>; <see cref="HoldAsync"/> first lets what is under way come to its end.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (supervisor.Ready is { } session && condition.State == DeviceState.Connected)
                {
                    await (_round = RoundAsync(session, stoppingToken));
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // By design: whatever went wrong with one message, the number's others must go on being sent.
                Log.RoundFailed(logger, exception);
            }

            await ((Task)_wake.WaitAsync(SweepInterval, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>Takes no further message, and waits a while for those that the engine has in hand.</summary>
    public async Task HoldAsync()
    {
        _isHeld = true;
        Wake();
        await _round.WaitAsync(FinishTimeout, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Release()
    {
        _isHeld = false;
        Wake();
    }

    private async Task RoundAsync(EngineSession session, CancellationToken stoppingToken)
    {
        await doubts.ResolveAsync(session, ConcludedAsync, stoppingToken);
        await SendDueAsync(session, stoppingToken);
    }

    private async Task SendDueAsync(EngineSession session, CancellationToken stoppingToken)
    {
        var inFlight = new List<Task>();
        var start = timeProvider.GetTimestamp();
        while (!_isHeld && !stoppingToken.IsCancellationRequested && !session.Ended.IsCancellationRequested && condition.State == DeviceState.Connected && !record.Device.QueuePaused)
        {
            if (timeProvider.GetElapsedTime(start) > SweepInterval)
            {
                // Messages in doubt are looked at between rounds, and must not wait for the end of a long queue.
                Wake();
                break;
            }

            var settings = record.Device.QueueSettings;
            var wait = Pacing.Wait([.. _starts.Select(at => timeProvider.GetElapsedTime(at))], settings);
            if (wait > TimeSpan.Zero)
            {
                // Woken, too, by what changes the pace or ends the round.
                await ((Task)_wake.WaitAsync(wait < SweepInterval ? wait : SweepInterval, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                continue;
            }

            var next = (await store.NextAsync(1, stoppingToken)).SingleOrDefault();
            if (next is null || !await store.BeginAsync(next.Id))
            {
                break;
            }

            _starts.RemoveAll(at => timeProvider.GetElapsedTime(at) > TimeSpan.FromMilliseconds(settings.IntervalMs));
            _starts.Add(timeProvider.GetTimestamp());
            inFlight.Add(SendAsync(session, next));
            while (inFlight.Count >= settings.Concurrency)
            {
                var done = await Task.WhenAny(inFlight);
                inFlight.Remove(done);
                await done;
            }
        }

        await Task.WhenAll(inFlight);
    }

    private async Task SendAsync(EngineSession session, Message message)
    {
        var begun = timeProvider.GetTimestamp();
        SendOutcome outcome;
        if (session.Ended.IsCancellationRequested)
        {
            // Ended between taking the message and calling the engine: it never saw it.
            await ConcludeAsync(message, new SendOutcome(SendClass.Transient, null, "ENGINE_UNAVAILABLE", "The engine was being stopped."));
            return;
        }

        try
        {
            var body = JsonNode.Parse(message.Body)!.AsObject();
            body["phone"] = message.To;
            outcome = SendOutcome.From(await session.Client.SendMessageAsync("message", JsonSerializer.SerializeToElement(body), EngineTimeout, session.Ended));
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            outcome = SendOutcome.From(exception);
        }

        metrics.Attempted(outcome.Class, timeProvider.GetElapsedTime(begun));
        await ConcludeAsync(message, outcome);
    }

    private async Task ConcludeAsync(Message message, SendOutcome outcome)
    {
        var at = timeProvider.GetUtcNow();
        while (true)
        {
            try
            {
                await ConcludedAsync(outcome.Class switch
                {
                    SendClass.Sent => await store.SentAsync(message.Id, outcome.WhatsappMessageId!, at),
                    SendClass.Permanent => await store.FailedAsync(message.Id, outcome.ErrorCode!, outcome.ErrorDetail!),
                    SendClass.Transient => await store.AgainAsync(message.Id, outcome.ErrorCode!, outcome.ErrorDetail!, at + BackOff(message.Attempts)),
                    _ => null,
                });
                break;
            }
            catch (Exception exception) when (exception.IsDatabaseUnavailable())
            {
                // What WhatsApp has must be noted, however long it takes: forgetting it would send it twice.
                Log.StorageFailed(logger, exception);
                await Task.Delay(StorageRetry, timeProvider, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                if (_stopping.IsCancellationRequested)
                {
                    // The row still says "sending"; the next owner settles it.
                    return;
                }
            }
        }

        if (outcome.Class == SendClass.Unknown)
        {
            Log.InDoubt(logger, message.Id, outcome.ErrorCode);
        }
    }

    private async Task ConcludedAsync(Message? message)
    {
        if (message is null)
        {
            return;
        }

        if (message.Status == MessageStatus.Sent)
        {
            LastSentAt = message.SentAt;
        }

        teller.Tell(message);
        outcomes.Tell(message);

        if (message.WhatsappMessageId is { } id)
        {
            await receipts.ApplyEarlyAsync(id);
        }
    }

    private static TimeSpan BackOff(int attempts)
    {
        var seconds = Math.Min(Math.Pow(2, Math.Min(attempts, 16)), LongestBackOff.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * Random.Shared.NextDouble())));
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "Message {Id} is in doubt ({Code}): the engine is asked whether WhatsApp has it.")]
        public static partial void InDoubt(ILogger logger, Guid id, string? code);

        [LoggerMessage(4, LogLevel.Error, "A round of the message queue failed; the next one tries again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "The database did not take a step of the message queue; trying again.")]
        public static partial void StorageFailed(ILogger logger, Exception exception);
    }
}
