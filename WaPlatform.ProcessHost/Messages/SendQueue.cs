using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Queues;
using WaPlatform.ServiceDefaults.Redis;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// The order in which the messages of one device are to be sent. Read from Redis; while Redis is away, from the rows, which are the truth: the
/// index is made anew whenever something of it may be missing. Runs on the grain's scheduler.
/// </summary>
internal sealed partial class SendQueue(string phoneNumber, QueueIndex index, MessageStore store, MessageMetrics metrics, TimeProvider timeProvider, ILogger logger)
{
    private const int HighestPriority = 0;
    private const int LowestPriority = 9;
    private const int Window = 32;
    private const int MostStaleWindows = 100;
    private static readonly TimeSpan RedisPause = TimeSpan.FromSeconds(3);

    // Of this owner alone: what an earlier one marked may have missed what came after it.
    private readonly string _mark = $"mark:{Guid.NewGuid():N}";
    private readonly Dictionary<Guid, Message> _rows = [];
    private bool _isWhole;
    private int _connections = index.Connections;
    private long? _redisFailedAt;

    /// <summary>When the next scheduled message comes due, as far as it is known.</summary>
    public DateTimeOffset? NextDueAt { get; private set; }

    /// <summary>Puts a message that waits into its place.</summary>
    public Task AddAsync(Message message)
    {
        _rows.Remove(message.Id);
        return IndexAsync([message]);
    }

    /// <summary>The message does not wait for its turn any more.</summary>
    public void Remove(Guid id)
    {
        _rows.Remove(id);
        if (_redisFailedAt is null)
        {
            index.Remove(phoneNumber, id);
        }
    }

    /// <summary>The device is no more.</summary>
    public void Drop()
    {
        _rows.Clear();
        index.Drop(phoneNumber);
    }

    /// <summary>Something may be missing in the index: it is made anew before it is read again.</summary>
    public void Distrust() => _isWhole = false;

    /// <summary>Whether every row that waits has its place in the index; what is not so is put right with the next look.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        // In this order: what is accepted in between is not missed.
        var indexed = _isWhole ? await TryAsync<long?>(async () => await index.CountAsync(phoneNumber)) : null;
        var (pending, _, scheduled, _) = await store.CountAsync(cancellationToken);
        metrics.Depth(phoneNumber, pending + scheduled);
        if (indexed < pending + scheduled)
        {
            Log.Incomplete(logger, indexed.Value, pending + scheduled);
            Distrust();
        }
    }

    /// <summary>The next message to send, left in its place; null if there is none.</summary>
    /// <param name="blocked">Priorities that have to wait.</param>
    public async Task<Message?> PeekAsync(IReadOnlySet<int> blocked, CancellationToken cancellationToken)
    {
        foreach (var (from, to) in OpenRanges(blocked))
        {
            for (var stale = 0; await HeadAsync(from, to, cancellationToken) is { Count: > 0 } ids; stale++)
            {
                if (stale == MostStaleWindows)
                {
                    // What is taken out comes back: better made anew than looked through for ever.
                    Distrust();
                    break;
                }

                await LoadAsync(ids, cancellationToken);
                foreach (var id in ids)
                {
                    if (_rows.TryGetValue(id, out var message) && message.Status == MessageStatus.Queued)
                    {
                        return message;
                    }

                    // Its row was sent, canceled or deleted before the index heard of it.
                    Remove(id);
                }
            }
        }

        return null;
    }

    private async Task LoadAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (_rows.ContainsKey(ids[0]))
        {
            return;
        }

        _rows.Clear();
        foreach (var row in await store.FindAsync(ids, cancellationToken))
        {
            _rows.Add(row.Id, row);
        }
    }

    // What has come due is put into its place first.
    private async Task<IReadOnlyList<Guid>> HeadAsync(int from, int to, CancellationToken cancellationToken)
    {
        for (var look = 0; ; look++)
        {
            if (look == MostStaleWindows)
            {
                Distrust();
                return [];
            }

            var head = await TryAsync(() => ReadIndexAsync(from, to, cancellationToken)) ?? await store.HeadAsync(from, to, Window, cancellationToken);
            NextDueAt = head.NextDueAt;
            if (head.Due.Count == 0)
            {
                return head.Ready;
            }

            var now = timeProvider.GetUtcNow();
            var due = await store.MoveWaitingAsync(
                rows => rows.Where(m => m.Status == MessageStatus.Scheduled && head.Due.Contains(m.Id)),
                message =>
                {
                    message.Status = MessageStatus.Queued;
                    message.Note(MessageHop.Queued, now);
                });
            await IndexAsync(due);
            foreach (var stale in head.Due.Except(due.Select(m => m.Id)))
            {
                Remove(stale);
            }
        }
    }

    private async Task<QueueHead?> ReadIndexAsync(int from, int to, CancellationToken cancellationToken)
    {
        if (_connections != index.Connections)
        {
            // The mark may be as old as what is missing.
            _connections = index.Connections;
            Distrust();
        }

        if (_isWhole && await index.ReadAsync(phoneNumber, _mark, from, to, Window) is { } head)
        {
            return head;
        }

        await index.RebuildAsync(phoneNumber, _mark, store.WaitingAsync(cancellationToken));
        _isWhole = true;
        Log.Rebuilt(logger);
        return await index.ReadAsync(phoneNumber, _mark, from, to, Window);
    }

    private async Task IndexAsync(IReadOnlyList<Message> messages) => await TryAsync<bool?>(async () =>
    {
        await index.AddAsync(phoneNumber, messages.Select(m => new QueueEntry(m.Id, m.Priority, m.Status == MessageStatus.Scheduled ? m.DueAt : null)));
        return true;
    });

    // Null if Redis is away, which costs nothing but the index: it is not asked again for a moment, and not trusted when it is back.
    private async Task<T?> TryAsync<T>(Func<Task<T?>> call)
    {
        if (_redisFailedAt is { } at && timeProvider.GetElapsedTime(at) < RedisPause)
        {
            return default;
        }

        try
        {
            var result = await call();
            if (_redisFailedAt is not null)
            {
                _redisFailedAt = null;
                Log.RedisBack(logger);
            }

            return result;
        }
        catch (Exception exception) when (exception.IsRedisAway())
        {
            if (_redisFailedAt is null)
            {
                Log.RedisAway(logger, exception.GetType().Name);
            }

            _redisFailedAt = timeProvider.GetTimestamp();
            Distrust();
            return default;
        }
    }

    private static IEnumerable<(int From, int To)> OpenRanges(IReadOnlySet<int> blocked)
    {
        for (var from = HighestPriority; from <= LowestPriority; from++)
        {
            if (!blocked.Contains(from))
            {
                var to = from;
                while (to < LowestPriority && !blocked.Contains(to + 1))
                {
                    to++;
                }

                yield return (from, to);
                from = to;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis does not take the queue's index ({Cause}): the queue is read from the database until it does.")]
        public static partial void RedisAway(ILogger logger, string cause);

        [LoggerMessage(2, LogLevel.Information, "Redis takes the queue's index again.")]
        public static partial void RedisBack(ILogger logger);

        [LoggerMessage(3, LogLevel.Information, "Made the queue's index anew from the message rows.")]
        public static partial void Rebuilt(ILogger logger);

        [LoggerMessage(4, LogLevel.Warning, "The queue's index has {Indexed} messages where {Waiting} wait: it is made anew.")]
        public static partial void Incomplete(ILogger logger, long indexed, int waiting);
    }
}
