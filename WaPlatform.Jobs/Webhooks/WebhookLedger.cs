using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>
/// Writes down how far one webhook has come, and what became of its deliveries: beside the deliveries, all that came together in one transaction. What is not
/// written yet when the process ends is delivered again. Runs on the scheduler of its webhook.
/// </summary>
internal sealed partial class WebhookLedger
{
    // So many deliveries may be repeated after a crash.
    private const int MaxUnwritten = 100;

    // Of events that nobody wanted only the place is noted, and that now and then.
    private static readonly TimeSpan PassingInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Guid _webhook;
    private readonly long _revision;
    private readonly GroupCommit _writes;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly HashSet<Guid> _known;
    private Dictionary<Guid, WebhookDelivery> _rows = [];
    private WebhookProgress _written;
    private long _writtenAt;
    private bool _isDirty;
    private Task _writing = Task.CompletedTask;

    /// <param name="known">Deliveries that have a row and are not concluded.</param>
    public WebhookLedger(Webhook row, IEnumerable<Guid> known, GroupCommit writes, TimeProvider timeProvider, ILogger logger)
    {
        (_webhook, _revision, _writes, _timeProvider, _logger) = (row.Id, row.Revision, writes, timeProvider, logger);
        _known = [.. known];
        Progress = _written = WebhookProgress.Of(row);
        _writtenAt = timeProvider.GetTimestamp();
    }

    public WebhookProgress Progress { get; private set; }

    /// <summary>The webhook's row is gone, or another activation moved on: nothing of this one counts any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Notes a change that is to be written soon.</summary>
    public void Note(WebhookProgress progress, WebhookDelivery? delivery = null)
    {
        Progress = progress;
        if (delivery is not null)
        {
            _rows[delivery.Id] = delivery.Copy();
        }

        _isDirty = true;
        if (_writing.IsCompleted)
        {
            _writing = WriteAsync();
        }
    }

    /// <summary>Notes that events were passed over that are not wanted.</summary>
    public void Pass(WebhookProgress progress)
    {
        if (_isDirty || _timeProvider.GetElapsedTime(_writtenAt) > PassingInterval)
        {
            Note(progress);
        }
        else
        {
            Progress = progress;
        }
    }

    /// <summary>Waits while too much is not written yet.</summary>
    public async Task KeepUpAsync(CancellationToken cancellationToken)
    {
        while (_rows.Count >= MaxUnwritten && !IsLost)
        {
            await _writing.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until all is written that was noted.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _writing.WaitAsync(cancellationToken);

    /// <summary>Writes all that is noted, and nothing after it.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Progress != _written && _writing.IsCompleted)
        {
            Note(Progress);
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        IsLost = true;
    }

    private async Task WriteAsync()
    {
        while (_isDirty && !IsLost)
        {
            var (progress, rows) = (Progress, _rows);
            (_isDirty, _rows) = (false, []);
            try
            {
                var written = _written.Cursor;
                List<(WebhookDelivery Row, bool IsNew)> changes = [.. rows.Values.Select(row => (row, !_known.Contains(row.Id)))];
                IsLost = !await _writes.RunAsync(db => WriteAsync(db, written, progress, changes));
                (_written, _writtenAt) = (progress, _timeProvider.GetTimestamp());
                _known.UnionWith(rows.Keys);
                _known.ExceptWith(rows.Values.Where(row => row.Status != DeliveryStatus.Pending).Select(row => row.Id));
            }
            catch (Exception exception) when (exception.IsForeignKeyViolation())
            {
                IsLost = true;
            }
            catch (ObjectDisposedException)
            {
                // The platform stops.
                IsLost = true;
            }
            catch (Exception exception)
            {
                // By design: whatever it was, nothing more is delivered than may be repeated, until it is written.
                Log.NotWritten(_logger, exception, _webhook);
                foreach (var (id, row) in rows)
                {
                    _rows.TryAdd(id, row);
                }

                _isDirty = true;
                await Task.Delay(RetryDelay, _timeProvider);
            }
        }
    }

    private async Task<bool> WriteAsync(WaDbContext db, long written, WebhookProgress progress, List<(WebhookDelivery Row, bool IsNew)> changes)
    {
        // Whoever finds another place there has been overtaken. What is known of failures does not outlive a change of the webhook by people.
        var mine = db.Webhooks.Where(w => w.Id == _webhook && w.Cursor == written);
        var health = progress.Health;
        var count = await mine.Where(w => w.Revision == _revision).ExecuteUpdateAsync(set => set
            .SetProperty(w => w.Cursor, progress.Cursor)
            .SetProperty(w => w.ReplayCursor, progress.ReplayCursor)
            .SetProperty(w => w.ReplayUntil, progress.ReplayUntil)
            .SetProperty(w => w.MissedAt, progress.MissedAt)
            .SetProperty(w => w.FailingSince, health.FailingSince)
            .SetProperty(w => w.ConsecutiveFailures, health.Failures)
            .SetProperty(w => w.NextAttemptAt, health.NextAttemptAt)
            .SetProperty(w => w.LastSuccessAt, health.LastSuccessAt));
        if (count == 0)
        {
            count = await mine.ExecuteUpdateAsync(set => set
                .SetProperty(w => w.Cursor, progress.Cursor)
                .SetProperty(w => w.ReplayCursor, progress.ReplayCursor)
                .SetProperty(w => w.ReplayUntil, progress.ReplayUntil)
                .SetProperty(w => w.MissedAt, progress.MissedAt));
        }

        if (count == 0)
        {
            return false;
        }

        db.WebhookDeliveries.AddRange(changes.Where(change => change.IsNew).Select(change => change.Row));
        db.WebhookDeliveries.UpdateRange(changes.Where(change => !change.IsNew).Select(change => change.Row));
        await db.SaveChangesAsync();
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "What webhook {Webhook} has delivered could not be written down; it waits, and tries again.")]
        public static partial void NotWritten(ILogger logger, Exception exception, Guid webhook);
    }
}
