using System.Text.Json;
using System.Threading.Channels;
using StackExchange.Redis;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;

namespace WaPlatform.ProcessHost.Events;

/// <summary>
/// Writes the events of all devices of this host into the journal, many in one transaction, and then tells the gateways. In this order: what
/// a client has heard can be read again. Bounded: when the database stands still, a caller that can wait is told so, and the rest is counted.
/// </summary>
internal sealed partial class EventLog(
    GroupCommit writes, IConnectionMultiplexer redis, EventMetrics metrics, TimeProvider timeProvider, ILogger<EventLog> logger)
    : BackgroundService
{
    private const int Capacity = 20_000;
    private const int BatchSize = 500;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly RedisChannel Channel = RedisChannel.Literal(LiveChannel.Name);

    private readonly Channel<Pending> _queue = System.Threading.Channels.Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Takes an event. False if the buffer is full: the event is lost, and counted.</summary>
    /// <param name="kept">What the journal keeps as data, if not all of it.</param>
    public bool TryAppend(DeviceEvent entry, JsonElement? kept = null)
    {
        if (_queue.Writer.TryWrite(new Pending(entry, kept, null)))
        {
            return true;
        }

        metrics.Dropped();
        return false;
    }

    /// <summary>Takes an event and completes when it is stored; false if it could not be, at once if the buffer is full.</summary>
    public async Task<bool> AppendAsync(DeviceEvent entry, CancellationToken cancellationToken)
    {
        var stored = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_queue.Writer.TryWrite(new Pending(entry, null, stored)))
        {
            return false;
        }

        return await stored.Task.WaitAsync(cancellationToken);
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
        var batch = new List<Pending>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            // Seldom alone: what one message sets off comes within milliseconds, and shares a transaction then.
            await Task.Delay(Linger, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            batch.Clear();
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
            }

            var stored = await StoreAsync(batch, stoppingToken);
            foreach (var pending in batch)
            {
                if (stored)
                {
                    await TellAsync(pending.Entry);
                    metrics.Appended(pending.Entry.Source);
                }

                // Who sent it keeps it, and sends it again to the next owner.
                pending.Stored?.TrySetResult(stored);
            }
        }
    }

    private async Task TellAsync(DeviceEvent entry)
    {
        try
        {
            await redis.GetSubscriber().PublishAsync(Channel, JsonSerializer.SerializeToUtf8Bytes(entry, WireJson.Options), CommandFlags.FireAndForget);
        }
        catch (Exception exception)
        {
            // By design: an event that can't be told (Redis away, text that is no Unicode) must not silence the ones after it. It is stored.
            Log.NotTold(logger, exception, entry.Type, entry.Sequence);
        }
    }

    // False if the platform stops before the database takes them.
    private async Task<bool> StoreAsync(List<Pending> batch, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await InsertAsync(batch);
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
                Log.AnothersNumber(logger, batch[0].Entry.Type, batch[0].Entry.Sequence);
                return true;
            }
            catch (Exception exception) when (!exception.IsDatabaseUnavailable())
            {
                metrics.Dropped();
                Log.CannotBeStored(logger, exception, batch[0].Entry.Type, batch[0].Entry.Sequence);
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
    }

    private Task<int> InsertAsync(List<Pending> batch) => writes.RunAsync(db =>
    {
        db.Events.AddRange(batch.Select(pending => new JournalEvent
        {
            PhoneNumber = pending.Entry.PhoneNumber,
            Sequence = pending.Entry.Sequence,
            Type = pending.Entry.Type,
            Source = pending.Entry.Source,
            At = pending.Entry.At,
            Data = (pending.Kept ?? pending.Entry.Data).GetRawText(),
        }));
        return db.SaveChangesAsync();
    });

    private sealed record Pending(DeviceEvent Entry, JsonElement? Kept, TaskCompletionSource<bool>? Stored);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Storing {Count} events failed; trying again.")]
        public static partial void StoreFailed(ILogger logger, Exception exception, int count);

        [LoggerMessage(2, LogLevel.Error, "Event {Type} number {Sequence} can't be stored and was dropped.")]
        public static partial void CannotBeStored(ILogger logger, Exception exception, string type, long sequence);

        [LoggerMessage(4, LogLevel.Warning, "Event {Type} number {Sequence} was dropped: its device has another owner, who gave that number away.")]
        public static partial void AnothersNumber(ILogger logger, string type, long sequence);

        [LoggerMessage(3, LogLevel.Error, "Event {Type} number {Sequence} is stored, but could not be told.")]
        public static partial void NotTold(ILogger logger, Exception exception, string type, long sequence);
    }
}
