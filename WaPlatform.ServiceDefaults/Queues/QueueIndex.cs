using System.Globalization;
using StackExchange.Redis;
using WaPlatform.ServiceDefaults.Redis;

namespace WaPlatform.ServiceDefaults.Queues;

/// <summary>
/// The queues of the devices in Redis: one sorted set each, which holds no more than can be rebuilt from the message rows. A message that may be
/// sent has its priority as score, so that equal ones stand in the order of their ids, which is that of acceptance; one that waits for its time
/// has that time. A mark in the set tells its owner that the set is whole: whatever loses a part of it (a flush, an eviction) loses the mark, too.
/// </summary>
public sealed class QueueIndex
{
    private const double MarkScore = -1;
    private const double LowestPriority = 9;
    private const int Chunk = 1000;

    private readonly IConnectionMultiplexer _redis;
    private readonly TimeProvider _timeProvider;
    private int _connections;

    public QueueIndex(IConnectionMultiplexer redis, TimeProvider timeProvider)
    {
        (_redis, _timeProvider) = (redis, timeProvider);
        redis.ConnectionRestored += (_, _) => Interlocked.Increment(ref _connections);
    }

    /// <summary>Grows with each new connection to Redis, which may be another Redis, or the same one as it was some time ago.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Puts messages into a device's queue; those that are there get the score that they have now.</summary>
    /// <exception cref="RedisException">Redis is away; the owner finds the rows.</exception>
    public async Task AddAsync(string phoneNumber, IEnumerable<QueueEntry> entries)
    {
        foreach (var chunk in entries.Chunk(Chunk))
        {
            await _redis.GetDatabase().SortedSetAddAsync(Key(phoneNumber), [.. chunk.Select(entry => new SortedSetEntry(Member(entry.Id), Score(entry)))]);
        }
    }

    /// <summary>Takes a message out; not waited for, because what stays too long is found out when it is looked up.</summary>
    public void Remove(string phoneNumber, Guid id) => Try(database => database.SortedSetRemove(Key(phoneNumber), Member(id), CommandFlags.FireAndForget));

    /// <summary>Reads the head of the queue: what may be sent from <paramref name="fromPriority"/> on, and what comes due.</summary>
    /// <param name="mark">The mark that <see cref="RebuildAsync"/> set.</param>
    /// <returns>Null if the set is not whole and has to be rebuilt.</returns>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task<QueueHead?> ReadAsync(string phoneNumber, string mark, int fromPriority, int toPriority, int count)
    {
        var database = _redis.GetDatabase();
        var key = Key(phoneNumber);

        // One connection keeps their order: if the mark is there after the others were read, they were read from a whole set.
        var ready = database.SortedSetRangeByScoreAsync(key, fromPriority, toPriority, take: count);
        var timed = database.SortedSetRangeByScoreWithScoresAsync(key, LowestPriority, exclude: Exclude.Start, take: count);
        var marked = database.SortedSetScoreAsync(key, mark);
        await Task.WhenAll(ready, timed, marked);
        if (await marked is null)
        {
            return null;
        }

        var now = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var later = await timed;
        return new QueueHead(
            [.. (await ready).Select(Id)],
            [.. later.Where(entry => entry.Score <= now).Select(entry => Id(entry.Element))],
            later.FirstOrDefault(entry => entry.Score > now) is { Score: > 0 } next ? DateTimeOffset.FromUnixTimeMilliseconds((long)next.Score) : null);
    }

    /// <summary>Makes the set anew from what <paramref name="read"/> yields, page by page until there is no more.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task RebuildAsync(string phoneNumber, string mark, IAsyncEnumerable<QueueEntry> read)
    {
        // Emptied first: what a gateway adds while the rows are read stays.
        await _redis.GetDatabase().KeyDeleteAsync(Key(phoneNumber));
        var page = new List<QueueEntry>(Chunk);
        await foreach (var entry in read)
        {
            page.Add(entry);
            if (page.Count == Chunk)
            {
                await AddAsync(phoneNumber, page);
                page.Clear();
            }
        }

        await AddAsync(phoneNumber, page);
        await _redis.GetDatabase().SortedSetAddAsync(Key(phoneNumber), mark, MarkScore);
    }

    /// <summary>How many messages the queue's set has.</summary>
    public async Task<long> CountAsync(string phoneNumber) => await _redis.GetDatabase().SortedSetLengthAsync(Key(phoneNumber), 0, double.PositiveInfinity);

    /// <summary>Forgets a queue.</summary>
    public void Drop(string phoneNumber) => Try(database => database.KeyDelete(Key(phoneNumber), CommandFlags.FireAndForget));

    private void Try(Action<IDatabase> command)
    {
        try
        {
            command(_redis.GetDatabase());
        }
        catch (Exception exception) when (exception.IsRedisAway())
        {
            // What is left behind is found out when it is looked up.
        }
    }

    private static RedisKey Key(string phoneNumber) => $"wa:queue:{phoneNumber}";

    private static RedisValue Member(Guid id) => id.ToString("N", CultureInfo.InvariantCulture);

    private static Guid Id(RedisValue member) => Guid.ParseExact(member.ToString(), "N");

    private static double Score(QueueEntry entry) => entry.DueAt?.ToUnixTimeMilliseconds() ?? entry.Priority;
}

/// <summary>A message's place in its queue.</summary>
/// <param name="Priority">0 goes first, 9 last.</param>
/// <param name="DueAt">When it may be sent; null for at once.</param>
public readonly record struct QueueEntry(Guid Id, int Priority, DateTimeOffset? DueAt);

/// <summary>The head of a queue.</summary>
/// <param name="Ready">What may be sent, in its order.</param>
/// <param name="Due">What waited for its time, which has come.</param>
/// <param name="NextDueAt">When the next of the waiting ones comes due.</param>
public sealed record QueueHead(IReadOnlyList<Guid> Ready, IReadOnlyList<Guid> Due, DateTimeOffset? NextDueAt);
