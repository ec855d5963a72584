using System.Text;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>
/// One way through the journal for a webhook: that of new events, or a replay. One event after another; an event that can't be delivered holds those behind it
/// until it is delivered or given up (docs/decisions/0017-a-webhook-keeps-its-order.md).
/// </summary>
internal sealed partial class WebhookWalk
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly DeliveryKind _kind;
    private readonly WebhookDeliverer _deliverer;
    private readonly WebhookParts _parts;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenSource _aborting;
    private WebhookDelivery? _begun;
    private TaskCompletionSource<DeliveryView>? _attempted;

    /// <param name="begun">The delivery that it was at, from an earlier activation.</param>
    public WebhookWalk(DeliveryKind kind, WebhookDeliverer deliverer, WebhookDelivery? begun)
    {
        (_kind, _deliverer, _parts, _begun) = (kind, deliverer, deliverer.Parts, begun);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(deliverer.Stopping);
        _aborting = CancellationTokenSource.CreateLinkedTokenSource(deliverer.Aborting);
    }

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The delivery that is being tried.</summary>
    public WebhookDelivery? Current { get; private set; }

    private WebhookLedger Ledger => _deliverer.Ledger;

    private long Place => _kind == DeliveryKind.Replay ? Ledger.Progress.ReplayCursor ?? 0 : Ledger.Progress.Cursor;

    /// <summary>Walks on from where it is.</summary>
    /// <param name="until">The last place; null = it goes on with the journal.</param>
    public async Task RunAsync(long? until, CancellationToken cancellationToken)
    {
        while (!(Place >= until) && !Ledger.IsLost)
        {
            var grown = _parts.Journal.Grown;
            var before = Place;
            var page = await ReadAsync(before, cancellationToken);
            if (page.IsCut)
            {
                Log.Missed(_parts.Logger, _deliverer.Id);
                Ledger.Note(Ledger.Progress with { MissedAt = _parts.TimeProvider.GetDatabaseTime() });
            }

            foreach (var e in page.Events.TakeWhile(e => !(e.Place > until)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await TakeAsync(e, cancellationToken);
            }

            PassTo(Math.Min(page.End, until ?? long.MaxValue));
            if (page.End == before)
            {
                await grown.WaitAsync(cancellationToken);
            }
        }

        if (until is not null)
        {
            Ledger.Note(Ledger.Progress with { ReplayCursor = null, ReplayUntil = null });
        }
    }

    /// <summary>Completes with the outcome of the next attempt at <see cref="Current"/>.</summary>
    public Task<DeliveryView> NextAttempt() => (_attempted ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Ends a replay before its end.</summary>
    public async Task GiveUpAsync(Task running)
    {
        await _stopping.CancelAsync();
        await _aborting.CancelAsync();
        await running;
        Abandon("Another replay took its place.");
    }

    private async Task TakeAsync(OutgoingEvent e, CancellationToken cancellationToken)
    {
        if (!_deliverer.Target.Wants(e))
        {
            PassTo(e.Place);
            return;
        }

        await Ledger.KeepUpAsync(cancellationToken);
        Current = _begun?.EventPlace == e.Place ? _begun : NewDelivery(e);
        _begun = null;
        try
        {
            await DeliverAsync(Current, e, cancellationToken);
        }
        finally
        {
            _begun = Current.Status == DeliveryStatus.Pending && Current.Attempts > 0 ? Current : null;
            Current = null;
            _attempted?.TrySetException(new PlatformException(ErrorCode.WebhooksUnavailable, "The webhook was changed meanwhile, or its deliverer stops."));
            _attempted = null;
        }
    }

    private async Task DeliverAsync(WebhookDelivery delivery, OutgoingEvent e, CancellationToken cancellationToken)
    {
        for (var step = NextStep.Retry; step == NextStep.Retry && !Ledger.IsLost;)
        {
            await _deliverer.PauseAsync(cancellationToken);
            var attempt = await _parts.Sender.PostAsync(_deliverer.Target, delivery.RequestId, e.Body, _aborting.Token);
            attempt.NoteIn(delivery);
            step = DeliveryPolicy.Decide(attempt.Meaning, attempt.At - delivery.CreatedAt, _parts.Options);
            Conclude(delivery, e, attempt, step);
            _attempted?.TrySetResult(delivery.ToView());
            _attempted = null;
            if (step != NextStep.GoOn)
            {
                await _deliverer.JudgeAsync(attempt);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private void Conclude(WebhookDelivery delivery, OutgoingEvent e, Attempt attempt, NextStep step)
    {
        var before = Ledger.Progress.Health;
        var health = step == NextStep.GoOn
            ? ReceiverHealth.Succeeded(attempt.At)
            : before.Failed(attempt.Meaning, attempt.RetryAfter, attempt.At + attempt.Duration, _parts.Options, Random.Shared.NextDouble());
        switch (step)
        {
            case NextStep.GoOn:
                delivery.Status = DeliveryStatus.Delivered;
                break;
            case NextStep.Retry:
                delivery.NextAttemptAt = health.NextAttemptAt;
                Log.Failed(_parts.Logger, _deliverer.Id, delivery.RequestId, delivery.Attempts, attempt.Status, attempt.Error, health.NextAttemptAt);
                break;
            case NextStep.Bury:
                delivery.Status = DeliveryStatus.Dead;
                delivery.Payload = Encoding.UTF8.GetString(e.Body);
                _parts.Metrics.Buried();
                Log.Buried(_parts.Logger, _deliverer.Id, delivery.RequestId, delivery.Attempts, attempt.Status, attempt.Error);
                break;
        }

        Ledger.Note((step == NextStep.Retry ? Ledger.Progress : At(e.Place)) with { Health = health }, delivery);
        if (step == NextStep.GoOn && before.NextAttemptAt is not null)
        {
            _deliverer.Ring();
        }
    }

    private void PassTo(long place)
    {
        if (_begun is { } begun && begun.EventPlace <= place)
        {
            Abandon("The event is not wanted any more, or not kept.");
        }

        if (place != Place)
        {
            Ledger.Pass(At(place));
        }
    }

    private void Abandon(string why)
    {
        if (_begun is { } begun)
        {
            (begun.Status, begun.NextAttemptAt, begun.Error) = (DeliveryStatus.Dead, null, why);
            Ledger.Note(Ledger.Progress, begun);
        }

        _begun = null;
    }

    private WebhookProgress At(long place) => _kind == DeliveryKind.Replay ? Ledger.Progress with { ReplayCursor = place } : Ledger.Progress with { Cursor = place };

    private WebhookDelivery NewDelivery(OutgoingEvent e) => new()
    {
        Id = _deliverer.NextId(),
        WebhookId = _deliverer.Id,
        EventPlace = e.Place,
        PhoneNumber = e.PhoneNumber,
        EventType = e.Type,
        MessageId = e.MessageId,
        Kind = _kind,
        CreatedAt = _parts.TimeProvider.GetDatabaseTime(),
    };

    private async Task<JournalPage> ReadAsync(long place, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _parts.Journal.ReadAsync(place, _deliverer.Target.Devices, cancellationToken);
            }
            catch (Exception exception) when (exception.IsDatabaseUnavailable())
            {
                Log.NotRead(_parts.Logger, _deliverer.Id, exception.Message);
                await Task.Delay(RetryDelay, _parts.TimeProvider, cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Webhook {Webhook} did not take event {Event} (attempt {Attempt}, answer {Status}, {Error}); next attempt at {Next:O}.")]
        public static partial void Failed(ILogger logger, Guid webhook, string @event, int attempt, int? status, string? error, DateTimeOffset? next);

        [LoggerMessage(2, LogLevel.Warning, "Event {Event} is given up for webhook {Webhook} (attempt {Attempt}, answer {Status}, {Error}).")]
        public static partial void Buried(ILogger logger, Guid webhook, string @event, int attempt, int? status, string? error);

        [LoggerMessage(3, LogLevel.Warning, "Events were removed from the journal before webhook {Webhook} had them.")]
        public static partial void Missed(ILogger logger, Guid webhook);

        [LoggerMessage(4, LogLevel.Warning, "The journal can't be read for webhook {Webhook}; trying again. {Reason}")]
        public static partial void NotRead(ILogger logger, Guid webhook, string reason);
    }
}
