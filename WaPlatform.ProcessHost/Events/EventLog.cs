using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;
using WaPlatform.Data.Postgres;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.ProcessHost.Events;

/// <summary>
/// Writes the events of all devices of this host into the journal, many in one transaction, and then tells the gateways. In this order: what
/// a client has heard can be read again. Bounded: when the database stands still, a caller that can wait is told so, and the rest is counted.
/// </summary>
internal sealed partial class EventLog(
    GroupCommit writes, LivePublisher live, EventMetrics metrics, TimeProvider timeProvider, ILogger<EventLog> logger)
    : BackgroundService
{
    private const int Capacity = 20_000;
    private const int BatchSize = 500;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<DeviceJournal, byte> _losses = new();
    private readonly Channel<PendingEvent> _queue = Channel.CreateBounded<PendingEvent>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Takes an event. False if the buffer is full: the event is lost, and counted.</summary>
    public bool TryAppend(PendingEvent pending)
    {
        if (_queue.Writer.TryWrite(pending))
        {
            return true;
        }

        metrics.Dropped();
        return false;
    }

    /// <summary>Notes that a device lost events: it is told as soon as there is room for saying so.</summary>
    public void RememberLoss(DeviceJournal journal) => _losses.TryAdd(journal, 0);

    /// <summary>Completes when all events that were taken before are stored, or the platform stops.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var stored = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (await _queue.Writer.WaitToWriteAsync(cancellationToken) && _queue.Writer.TryWrite(new PendingEvent(null, 0, null, stored)))
        {
            await stored.Task.WaitAsync(cancellationToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } writer)
        {
            // The last events say that the engines were stopped; they are worth the moment that it takes.
            await writer.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<PendingEvent>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            // Seldom alone: what one message sets off comes within milliseconds, and shares a transaction then.
            await Task.Delay(Linger, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            batch.Clear();
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
            }

            var stored = await StoreAsync([.. batch.Where(pending => pending.Entry is not null)], stoppingToken);

            // Who sent it keeps it, and sends it again to the next owner.
            batch.ForEach(pending => pending.Stored?.TrySetResult(stored));
            foreach (var journal in _losses.Keys.Where(journal => journal.TryTellLoss()))
            {
                _losses.TryRemove(journal, out _);
            }
        }
    }

    // False if the platform stops before the database takes them.
    private async Task<bool> StoreAsync(List<PendingEvent> batch, CancellationToken stoppingToken)
    {
        while (batch.Count > 0)
        {
            try
            {
                Tell(await InsertAsync(batch));
                return true;
            }
            catch (Exception exception) when (!exception.IsDatabaseUnavailable() && batch.Count > 1)
            {
                // One of them can't be stored: its number is another owner's, or it is malformed. The others must not suffer for it.
                var stored = true;
                foreach (var pending in batch)
                {
                    stored &= await StoreAsync([pending], stoppingToken);
                }

                return stored;
            }
            catch (Exception exception) when (exception.IsUniqueViolation())
            {
                metrics.Dropped();
                Log.AnothersNumber(logger, batch[0].Entry!.Type, batch[0].Entry!.Sequence);
                return true;
            }
            catch (Exception exception) when (!exception.IsDatabaseUnavailable())
            {
                metrics.Dropped();
                Log.CannotBeStored(logger, exception, batch[0].Entry!.Type, batch[0].Entry!.Sequence);
                return true;
            }
            catch (Exception exception)
            {
                Log.StoreFailed(logger, exception, batch.Count);
                if (stoppingToken.IsCancellationRequested)
                {
                    return false;
                }

                await Task.Delay(RetryDelay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return true;
    }

    private Task<StoredBatch> InsertAsync(List<PendingEvent> batch) => writes.RunAsync(
        async db =>
        {
            var epochs = await ReadEpochsAsync(db, [.. batch.Select(pending => pending.Entry!.PhoneNumber!).Distinct().Order(StringComparer.Ordinal)]);
            var mine = batch.Where(pending => epochs.GetValueOrDefault(pending.Entry!.PhoneNumber!) == pending.Epoch).ToList();
            var rows = mine.ConvertAll(pending => new JournalEvent
            {
                PhoneNumber = pending.Entry!.PhoneNumber,
                Sequence = pending.Entry.Sequence,
                Epoch = pending.Epoch,
                Type = pending.Entry.Type,
                Source = pending.Entry.Source,
                At = pending.Entry.At,
                Data = (pending.Kept ?? pending.Entry.Data).GetRawText(),
            });
            var previous = rows.Count > 0 ? await db.AppendAsync(rows, CancellationToken.None) : 0;
            return new StoredBatch(previous, [.. mine.Zip(rows, (pending, row) => pending.Entry! with { Place = row.Id })], batch.Count - rows.Count);
        },
        last: true);

    // Their rows stay as they are until the transaction ends: nobody takes a device over meanwhile.
    private static async Task<Dictionary<string, long>> ReadEpochsAsync(WaDbContext db, string[] phones)
    {
        var rows = db is PostgresWaDbContext
            ? db.Devices.FromSql($"""SELECT * FROM devices WHERE "PhoneNumber" = ANY ({phones}) ORDER BY "PhoneNumber" FOR SHARE""")
            : db.Devices.Where(device => phones.Contains(device.PhoneNumber));
        return await rows.AsNoTracking().Select(device => new { device.PhoneNumber, device.Epoch }).ToDictionaryAsync(device => device.PhoneNumber, device => device.Epoch);
    }

    private void Tell(StoredBatch stored)
    {
        live.Publish(stored.Previous, stored.Events);
        foreach (var entry in stored.Events)
        {
            metrics.Appended(entry.Source);
        }

        if (stored.Refused > 0)
        {
            metrics.Refused(stored.Refused);
            Log.Refused(logger, stored.Refused);
        }
    }

    private sealed record StoredBatch(long Previous, List<DeviceEvent> Events, int Refused);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Storing {Count} events failed; trying again.")]
        public static partial void StoreFailed(ILogger logger, Exception exception, int count);

        [LoggerMessage(2, LogLevel.Error, "Event {Type} number {Sequence} can't be stored and was dropped.")]
        public static partial void CannotBeStored(ILogger logger, Exception exception, string type, long sequence);

        [LoggerMessage(4, LogLevel.Warning, "Event {Type} number {Sequence} was dropped: its device has another owner, who gave that number away.")]
        public static partial void AnothersNumber(ILogger logger, string type, long sequence);

        [LoggerMessage(3, LogLevel.Warning, "{Count} events were refused: their device was deleted, or has another owner.")]
        public static partial void Refused(ILogger logger, int count);
    }
}

/// <summary>An event that waits to be stored.</summary>
/// <param name="Entry">Null = nothing; it only marks a place.</param>
/// <param name="Epoch">Of the owner that appends it.</param>
/// <param name="Kept">What the journal keeps as data, if not all of it.</param>
/// <param name="Stored">Told true when it is stored or refused, false if it could not be stored.</param>
internal sealed record PendingEvent(DeviceEvent? Entry, long Epoch, JsonElement? Kept = null, TaskCompletionSource<bool>? Stored = null);
