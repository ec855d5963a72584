using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Queues;
using WaPlatform.ServiceDefaults.Redis;

namespace WaPlatform.Gateway.Messages;

/// <summary>
/// Stores messages durably before their requests are answered. One writer takes all that wait and commits them in one transaction: the cost of a
/// commit is shared, and the order of the rows is the order of arrival.
/// </summary>
internal sealed partial class MessageStore(
    GroupCommit writes, IDbContextFactory<WaDbContext> databases, QueueIndex index, QueueBell bell, MessageIds ids, MessageMetrics metrics, TimeProvider timeProvider, ILogger<MessageStore> logger)
    : BackgroundService
{
    // As many requests may wait for their commit; further ones wait to be let in.
    private const int Capacity = 10_000;

    // Past some hundred rows a transaction costs by the row, and the first of them only waits longer.
    private const int MaxBatch = 500;

    private static readonly TimeSpan SettlePause = TimeSpan.FromSeconds(1);

    // Callers wait meanwhile, and some give up after half a minute.
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(15);

    private readonly Channel<PendingMessage> _pending =
        Channel.CreateBounded<PendingMessage>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly KnownDevices _known = new();

    /// <summary>Returns once the message is on disk, or is found to be there already. Its owner is told of it.</summary>
    /// <param name="tells">False if the caller tells the owner itself.</param>
    /// <exception cref="PlatformException">DEVICE_NOT_FOUND, IDEMPOTENCY_CONFLICT.</exception>
    public async Task<StoredMessage> StoreAsync(MessageDraft draft, bool tells, CancellationToken cancellationToken)
    {
        var pending = new PendingMessage(draft, tells);
        try
        {
            await _pending.Writer.WriteAsync(pending, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new PlatformException(ErrorCode.StorageUnavailable, "The platform is stopping; nothing was stored.");
        }

        return await pending.Stored.Task.WaitAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was let in is still stored: the writer ends when there is nothing left.
        _pending.Writer.TryComplete();
        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await bell.EndAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<PendingMessage>(MaxBatch);
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _pending.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
            }

            await WriteAsync(batch);
            batch.Clear();
        }
    }

    private async Task WriteAsync(List<PendingMessage> batch)
    {
        var started = timeProvider.GetTimestamp();
        if (!await TryWriteAsync(batch))
        {
            // One of them met a row that came in between (another gateway's, or a device that just went): apart, each gets its own answer.
            foreach (var pending in batch.Where(pending => !pending.Stored.Task.IsCompleted))
            {
                if (!await TryWriteAsync([pending]) && !await TryWriteAsync([pending]))
                {
                    pending.Stored.TrySetException(new PlatformException(ErrorCode.StorageUnavailable, "The message could not be stored; nothing was sent."));
                }
            }
        }

        metrics.Committed(batch.Count(pending => pending.Added is not null), timeProvider.GetElapsedTime(started));
        Announce(batch);
    }

    // False if a key refused the whole.
    private async Task<bool> TryWriteAsync(List<PendingMessage> batch)
    {
        try
        {
            return await new MessageBatch(writes, _known, ids, timeProvider).TryWriteAsync(batch);
        }
        catch (CommitInDoubtException exception)
        {
            await SettleAsync(batch, exception);
            return true;
        }
        catch (Exception exception)
        {
            // By design every failure: the callers get it, and the next batch may do better.
            Log.NotStored(logger, batch.Count, exception.GetType().Name);
            foreach (var pending in batch)
            {
                pending.Stored.TrySetException(exception);
            }

            return true;
        }
    }

    // What is stored will be sent: its caller must not be told otherwise, or it is sent again.
    private async Task SettleAsync(List<PendingMessage> batch, CommitInDoubtException inDoubt)
    {
        using var patience = new CancellationTokenSource(SettlePatience, timeProvider);
        do
        {
            // A commit that is still under way has ended by then.
            await Task.Delay(SettlePause, timeProvider, CancellationToken.None);
            if (await MessageBatch.TrySettleAsync(batch, databases, inDoubt, patience.Token))
            {
                Log.Settled(logger, batch.Count(pending => pending.Added is not null), batch.Count);
                return;
            }
        }
        while (!patience.IsCancellationRequested);

        Log.NotSettled(logger, batch.Count);
        batch.ForEach(pending => pending.Stored.TrySetException(inDoubt));
    }

    // The commands of one connection keep their order, so that the next batch need not wait for this one's.
    private void Announce(List<PendingMessage> batch)
    {
        var stored = batch.Where(pending => pending.Added is not null).ToList();
        foreach (var device in stored.GroupBy(pending => pending.Added!.PhoneNumber))
        {
            var indexed = IndexAsync(device.Key, [.. device.Select(pending => pending.Added!)]);
            if (device.Any(pending => pending.Tells))
            {
                bell.Tell(device.Key, indexed);
            }

            foreach (var pending in device)
            {
                pending.Stored.TrySetResult(new StoredMessage(pending.Added!, Repeated: false, indexed));
            }
        }
    }

    private async Task<bool> IndexAsync(string phoneNumber, IReadOnlyList<Message> messages)
    {
        try
        {
            await index.AddAsync(phoneNumber, messages.Select(m => new QueueEntry(m.Id, m.Priority, m.Status == MessageStatus.Scheduled ? m.DueAt : null)));
            return true;
        }
        catch (Exception exception) when (exception.IsRedisAway())
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "The connection to the database broke during a commit; {Stored} of {Count} messages are stored.")]
        public static partial void Settled(ILogger logger, int stored, int count);

        [LoggerMessage(3, LogLevel.Error, "The connection to the database broke during a commit, and whether {Count} messages are stored could not be found out; their callers were told so.")]
        public static partial void NotSettled(ILogger logger, int count);

        [LoggerMessage(1, LogLevel.Error, "{Count} messages could not be stored ({Cause}); their callers were told.")]
        public static partial void NotStored(ILogger logger, int count, string cause);
    }
}

/// <summary>A request that waits for its commit.</summary>
internal sealed class PendingMessage(MessageDraft draft, bool tells)
{
    public MessageDraft Draft { get; } = draft;

    /// <summary>Its owner is told as soon as it is stored.</summary>
    public bool Tells { get; } = tells;

    /// <summary>The row that was last put into a transaction for it.</summary>
    public Message? Tried { get; set; }

    /// <summary>The row, once it is committed; null if it was there before, or was refused.</summary>
    public Message? Added { get; set; }

    public TaskCompletionSource<StoredMessage> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <param name="Repeated">The row is an earlier request's, found by its Idempotency-Key.</param>
/// <param name="Indexed">Completes when the message is in the queue's index; false if it could not be put there.</param>
internal sealed record StoredMessage(Message Message, bool Repeated, Task<bool> Indexed);
