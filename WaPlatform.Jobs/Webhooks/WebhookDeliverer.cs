using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>
/// Delivers to one webhook, as it was set at one time: a change makes a new one. Runs on one scheduler, one piece at a time, so what lies between two
/// awaits is not interrupted.
/// </summary>
internal sealed partial class WebhookDeliverer
{
    // For a request that is under way at the stop: it need not be made again.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly Pulse _rung = new();
    private readonly WebhookWalk _walk;
    private readonly IReadOnlyList<WebhookDelivery> _pending;
    private WebhookWalk? _replay;
    private Task _running = Task.CompletedTask;
    private Task _replaying = Task.CompletedTask;
    private DateTimeOffset _lastId;

    /// <param name="pending">Its deliveries that were begun and have no outcome.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">What is protected in the row can't be read here.</exception>
    public WebhookDeliverer(Webhook row, IReadOnlyList<WebhookDelivery> pending, WebhookParts parts)
    {
        (Id, Revision, IsActive, Parts, _pending) = (row.Id, row.Revision, row.Active, parts, pending);
        Target = WebhookTarget.Of(row, parts.Secrets);
        Ledger = new WebhookLedger(row, pending.Select(delivery => delivery.Id), parts.Writes, parts.TimeProvider, parts.Logger);
        _walk = NewWalk(DeliveryKind.Event);
    }

    public Guid Id { get; }

    public long Revision { get; }

    public bool IsActive { get; }

    public WebhookTarget Target { get; }

    public WebhookLedger Ledger { get; }

    public WebhookParts Parts { get; }

    /// <summary>It was switched off, or overtaken by another: the row says how to go on.</summary>
    public bool IsOver => Ledger.IsLost || _stopping.IsCancellationRequested;

    /// <summary>Completes when it is over.</summary>
    public Task Completion => _running;

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Ends requests that are under way.</summary>
    public CancellationToken Aborting => _aborting.Token;

    public void Start()
    {
        _running = RunAsync(_walk, until: null, _stopping.Token);
        StartReplay();
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        var ended = Task.WhenAll(_running, _replaying);
        await Task.WhenAny(ended, Task.Delay(StopPatience, Parts.TimeProvider));
        await _aborting.CancelAsync();
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        using var patience = new CancellationTokenSource(StopPatience, Parts.TimeProvider);
        await Ledger.EndAsync(patience.Token);
    }

    /// <summary>Begins a replay of the events after a place and up to another; one that is under way is given up.</summary>
    public async Task ReplayAsync(long after, long until)
    {
        if (_replay is { } before)
        {
            await before.GiveUpAsync(_replaying);
        }

        Ledger.Note(Ledger.Progress with { ReplayCursor = after, ReplayUntil = until });
        if (IsActive)
        {
            StartReplay();
        }
    }

    /// <summary>Waits until the receiver may be tried again.</summary>
    public async Task PauseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rung = _rung.Next;
            var rest = Ledger.Progress.Health.NextAttemptAt - Parts.TimeProvider.GetUtcNow() ?? TimeSpan.Zero;
            if (rest <= TimeSpan.Zero)
            {
                return;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(rung, Task.Delay(rest, Parts.TimeProvider, either.Token));
            await either.CancelAsync();
        }
    }

    /// <summary>Something was delivered, or is to be tried at once: who waits goes on.</summary>
    public void Ring() => _rung.Beat();

    /// <summary>The receiver took something that was sent by hand: it is there again.</summary>
    public void Recovered(DateTimeOffset at)
    {
        Ledger.Note(Ledger.Progress with { Health = ReceiverHealth.Succeeded(at) });
        Ring();
    }

    /// <summary>The delivery that is being tried again and again, if it is this one, is tried at once. Null if it is another.</summary>
    public Task<DeliveryView>? Hurry(Guid delivery)
    {
        var walk = new[] { _walk, _replay }.FirstOrDefault(walk => walk?.Current?.Id == delivery);
        if (walk is null || IsOver)
        {
            return null;
        }

        var attempted = walk.NextAttempt();
        Ledger.Note(Ledger.Progress with { Health = Ledger.Progress.Health with { NextAttemptAt = null } });
        Ring();
        return attempted;
    }

    /// <summary>Says what is to be said of a failure, and switches the webhook off if it is hopeless.</summary>
    public async Task JudgeAsync(Attempt attempt)
    {
        var health = Ledger.Progress.Health;
        var trouble = new WebhookTroubleData(Id, Target.Url.IdnHost, health.FailingSince ?? attempt.At, health.Failures, attempt.Error ?? $"Answered {attempt.Status}.");
        try
        {
            if (attempt.Meaning == AnswerMeaning.Gone)
            {
                await DisableAsync(WebhookDisabledReason.Gone, trouble);
            }
            else if (DeliveryPolicy.IsHopeless(health.FailingSince, attempt.At, Parts.Options))
            {
                await DisableAsync(WebhookDisabledReason.Failing, trouble);
            }
            else if (DeliveryPolicy.OpensBreaker(health.Failures, Parts.Options))
            {
                Log.Failing(Parts.Logger, Id, health.Failures, trouble.LastError);
                await Parts.Notices.TellFailingAsync(trouble);
            }
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception is ObjectDisposedException)
        {
            // The next failure says it again, or the next one but one.
            Log.NotTold(Parts.Logger, Id, exception.Message);
        }
    }

    /// <summary>Ids of deliveries: later ones are greater, also of one millisecond.</summary>
    public Guid NextId()
    {
        var now = Parts.TimeProvider.GetUtcNow();
        _lastId = now > _lastId.AddMilliseconds(1) ? now : _lastId.AddMilliseconds(1);
        return Guid.CreateVersion7(_lastId);
    }

    private WebhookWalk NewWalk(DeliveryKind kind) => new(kind, this, _pending.FirstOrDefault(delivery => delivery.Kind == kind));

    private void StartReplay()
    {
        if (Ledger.Progress is { ReplayCursor: not null, ReplayUntil: { } until })
        {
            // What was begun by an earlier one is that one's.
            _replay = _replay is null ? NewWalk(DeliveryKind.Replay) : new WebhookWalk(DeliveryKind.Replay, this, null);
            _replaying = RunAsync(_replay, until, _replay.Stopping);
        }
    }

    private async Task RunAsync(WebhookWalk walk, long? until, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && !Ledger.IsLost)
        {
            try
            {
                await walk.RunAsync(until, stopping);
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested || _aborting.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // By design: a webhook must not stand still for good, whatever went wrong; the walk begins again where it was.
                Log.WalkFailed(Parts.Logger, exception, Id);
                await Task.Delay(RetryDelay, Parts.TimeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async Task DisableAsync(WebhookDisabledReason reason, WebhookTroubleData trouble)
    {
        await Ledger.FlushAsync(_stopping.Token);
        if (await Parts.Notices.DisableAsync(Revision, reason, trouble))
        {
            Parts.Metrics.Disabled(reason);
            Log.Disabled(Parts.Logger, Id, reason, trouble.Since, trouble.LastError);
        }

        await _stopping.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The walk of webhook {Webhook} failed; it begins again.")]
        public static partial void WalkFailed(ILogger logger, Exception exception, Guid webhook);

        [LoggerMessage(2, LogLevel.Warning, "Webhook {Webhook} fails: {Failures} attempts in a row, the last one: {Error} It is tried less and less often.")]
        public static partial void Failing(ILogger logger, Guid webhook, int failures, string? error);

        [LoggerMessage(3, LogLevel.Error, "Webhook {Webhook} is switched off ({Reason}): nothing was delivered since {Since:O}, the last attempt: {Error}")]
        public static partial void Disabled(ILogger logger, Guid webhook, WebhookDisabledReason reason, DateTimeOffset since, string? error);

        [LoggerMessage(4, LogLevel.Warning, "That webhook {Webhook} fails could not be told. {Reason}")]
        public static partial void NotTold(ILogger logger, Guid webhook, string reason);
    }
}
