using System.Text.Json;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;

namespace WaPlatform.ServiceDefaults.Events;

/// <summary>
/// Hears all events of the platform as they happen: each once, in the journal's order, without a gap. The live channel brings them within milliseconds;
/// what it does not bring (Redis was away, a batch was lost or came too late) is read from the journal.
/// </summary>
public sealed partial class JournalTail(
    IDbContextFactory<WaDbContext> databases, IConnectionMultiplexer redis, IEnumerable<IJournalListener> listeners, TimeProvider timeProvider, ILogger<JournalTail> logger)
    : BackgroundService
{
    private const int PageSize = 1000;

    // What is dropped when the database does not answer for long is read from the journal later.
    private const int Capacity = 1000;

    // A batch of another process may be a little late; the journal has it at once, but not the engine's own frame.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<LiveBatch> _heard = Channel.CreateBounded<LiveBatch>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    private readonly IJournalListener[] _listeners = [.. listeners];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SortedList<long, LiveBatch> _early = [];
    private long _last;

    // Events up to there are in the journal, and were not told yet.
    private (long End, long Since)? _gap;

    /// <summary>Completes once the tail knows where the journal ends: from then on nothing is missed.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Place of the last event that the listeners were told of.</summary>
    public long Last => Interlocked.Read(ref _last);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscribing = SubscribeAsync(stoppingToken);
        try
        {
            await InTimeAsync(async () => Interlocked.Exchange(ref _last, await ReadLastAsync(stoppingToken)), stoppingToken);
            Array.ForEach(_listeners, listener => listener.Begin(Last));
            _ready.TrySetResult();
            while (!stoppingToken.IsCancellationRequested)
            {
                await InTimeAsync(() => StepAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The platform stops.
        }
        finally
        {
            _ready.TrySetCanceled(CancellationToken.None);
            await subscribing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StepAsync(CancellationToken stoppingToken)
    {
        var came = await WaitAsync(_gap is { } open ? Patience - timeProvider.GetElapsedTime(open.Since) : Look, stoppingToken);
        while (_heard.Reader.TryRead(out var batch))
        {
            if (batch.Events[^1].Place > Last)
            {
                _early[batch.Events[0].Place] = batch;
            }
        }

        TakeEarly();
        if (_gap is null && (_early.Count > 0 || !came))
        {
            // Something is missing between; or nothing came for a while, and there may be more that nobody told of.
            var end = _early.Count > 0 ? _early.GetValueAtIndex(0).Previous : await ReadLastAsync(stoppingToken);
            _gap = end > Last ? (end, timeProvider.GetTimestamp()) : null;
        }
        else if (_gap is { } gap && timeProvider.GetElapsedTime(gap.Since) >= Patience)
        {
            await CatchUpAsync(_early.Count > 0 ? Math.Min(gap.End, _early.GetValueAtIndex(0).Previous) : gap.End, stoppingToken);
            TakeEarly();
        }
    }

    // False if nothing came in that time.
    private async Task<bool> WaitAsync(TimeSpan time, CancellationToken stoppingToken)
    {
        if (_heard.Reader.TryPeek(out _) || time <= TimeSpan.Zero)
        {
            return _heard.Reader.TryPeek(out _);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var coming = _heard.Reader.WaitToReadAsync(patience.Token).AsTask();
        var waited = Task.Delay(time, timeProvider, patience.Token);
        var came = await Task.WhenAny(coming, waited) == coming;
        await patience.CancelAsync();
        await Task.WhenAll(coming, waited).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stoppingToken.ThrowIfCancellationRequested();
        return came;
    }

    private void TakeEarly()
    {
        while (_early.Count > 0 && _early.GetValueAtIndex(0) is var batch && batch.Previous <= Last)
        {
            _early.RemoveAt(0);
            Tell([.. batch.Events.Where(e => e.Place > Last)]);
        }

        if (_gap is { } gap && Last >= gap.End)
        {
            _gap = null;
        }
    }

    private async Task CatchUpAsync(long end, CancellationToken stoppingToken)
    {
        Log.CatchingUp(logger, Last, end);
        while (Last < end)
        {
            await using var database = await databases.CreateDbContextAsync(stoppingToken);
            var last = Last;
            var rows = await database.Events.After(last, devices: null).Where(e => e.Id <= end).Take(PageSize).ToListAsync(stoppingToken);
            Tell([.. rows.Select(row => row.ToEvent())]);
            if (rows.Count < PageSize)
            {
                // Nothing is between the last row and the end: places of transactions that failed, or events that were erased since.
                Interlocked.Exchange(ref _last, end);
            }
        }
    }

    private void Tell(IReadOnlyList<DeviceEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        foreach (var listener in _listeners)
        {
            try
            {
                listener.Hear(events);
            }
            catch (Exception exception)
            {
                // By design: what one listener can't take (text that is no Unicode) must not keep the rest from anybody.
                Log.NotTaken(logger, exception, listener.GetType().Name, events[0].Place, events[^1].Place);
            }
        }

        Interlocked.Exchange(ref _last, events[^1].Place);
    }

    private async Task<long> ReadLastAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.LastEventAsync(cancellationToken);
    }

    private async Task InTimeAsync(Func<Task> step, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (Exception exception) when (exception.IsDatabaseUnavailable())
            {
                Log.DatabaseAway(logger, exception.Message);
                await Task.Delay(RetryDelay, timeProvider, stoppingToken);
            }
        }
    }

    private async Task SubscribeAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Redis' client subscribes again by itself when a connection comes back; only the first time it must be there.
                var queue = await redis.GetSubscriber().SubscribeAsync(redis.LiveChannel());
                queue.OnMessage(message => Read(message.Message));
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                Log.NotSubscribed(logger, exception.Message);
            }

            await Task.Delay(RetryDelay, timeProvider, stoppingToken);
        }
    }

    private void Read(RedisValue message)
    {
        try
        {
            if (JsonSerializer.Deserialize<LiveBatch>(((ReadOnlyMemory<byte>)message).Span, WireJson.Options) is { Events.Count: > 0 } batch)
            {
                _heard.Writer.TryWrite(batch);
            }
        }
        catch (JsonException exception)
        {
            Log.NotABatch(logger, exception.Path ?? "-");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Live events can't be heard yet; trying again. They are read from the journal meanwhile. {Reason}")]
        public static partial void NotSubscribed(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Error, "Something on the live channel is no batch of events (at {Path}).")]
        public static partial void NotABatch(ILogger logger, string path);

        [LoggerMessage(3, LogLevel.Information, "Events after place {Last} up to {End} were not told live; reading them from the journal.")]
        public static partial void CatchingUp(ILogger logger, long last, long end);

        [LoggerMessage(5, LogLevel.Error, "{Listener} could not take the events from place {First} to {Last}.")]
        public static partial void NotTaken(ILogger logger, Exception exception, string listener, long first, long last);

        [LoggerMessage(4, LogLevel.Warning, "The journal can't be read; trying again. {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string reason);
    }
}
