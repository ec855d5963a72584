using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>The row of one device, as its owner writes it: each write carries the owner's epoch and is void under another (architecture §3).</summary>
internal sealed partial class DeviceRecord : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ComeBackSoon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastWriteTimeout = TimeSpan.FromSeconds(5);

    private readonly IDbContextFactory<WaDbContext> _databases;
    private readonly GroupCommit _commits;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Channel<Func<WaDbContext, Task>> _writes = Channel.CreateUnbounded<Func<WaDbContext, Task>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Task _writer;

    private DeviceRecord(Device device, IDbContextFactory<WaDbContext> databases, GroupCommit commits, TimeProvider timeProvider, ILogger logger)
    {
        Device = device;
        _databases = databases;
        _commits = commits;
        _timeProvider = timeProvider;
        _logger = logger;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>The row as read last, with this owner's own changes.</summary>
    public Device Device { get; }

    /// <summary>Takes the device for a host, or returns null if there is no such device.</summary>
    /// <exception cref="PlatformException">ENGINE_UNAVAILABLE: another host has it, and that one's lease lasts; or this host's own does not.</exception>
    public static async Task<DeviceRecord?> TakeAsync(
        string phoneNumber, EngineHost host, IDbContextFactory<WaDbContext> databases, GroupCommit commits, ILogger logger, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var free = database.Devices.Where(d => d.PhoneNumber == phoneNumber);
        if (host.IsOneOfMany)
        {
            // One statement decides, with a clock that was read before it: a lease is never taken for over too early.
            var (clock, id, run) = (await database.GetClockAsync(host.TimeProvider, cancellationToken), host.Id, host.Run);
            free = free.Where(d => (d.OwnerHost == null || d.OwnerHost == id || !database.Hosts.Any(h => h.Id == d.OwnerHost && h.LeaseUntil > clock))
                && database.Hosts.Any(h => h.Id == id && h.Run == run && h.LeaseUntil > clock));
        }

        var taken = await free.ExecuteUpdateAsync(
            set => set.SetProperty(d => d.OwnerHost, host.Id).SetProperty(d => d.PlacedOn, host.Id).SetProperty(d => d.Epoch, d => d.Epoch + 1), cancellationToken);
        var device = await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.PhoneNumber == phoneNumber, cancellationToken);
        return device is null ? null
            : taken > 0 ? new DeviceRecord(device, databases, commits, host.TimeProvider, logger)
            : throw new PlatformException(ErrorCode.EngineUnavailable, "The device is being taken over by another host; try again in a moment.") { RetryAfter = ComeBackSoon };
    }

    /// <summary>The number of the newest event that was ever stored for a device.</summary>
    public async Task<long> LastSequenceAsync(CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var kept = await database.Events.Where(e => e.PhoneNumber == Device.PhoneNumber).MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? 0;

        // After the events: what was removed from them in between is noted there by now.
        var removed = await database.Devices.Where(d => d.PhoneNumber == Device.PhoneNumber).Select(d => d.LastSequence).SingleOrDefaultAsync(cancellationToken);
        return Math.Max(kept, removed);
    }

    /// <summary>Stores the wish before it is acted on. Throws what the database throws.</summary>
    public async Task SetDesiredAsync(DesiredState desired)
    {
        if (Device.Desired == desired)
        {
            return;
        }

        await using var database = await _databases.CreateDbContextAsync();
        await Mine(database).ExecuteUpdateAsync(set => set.SetProperty(d => d.Desired, desired).SetProperty(d => d.UpdatedAt, _timeProvider.GetUtcNow()));
        Device.Desired = desired;
    }

    /// <summary>Stores where the engine works from now on.</summary>
    public async Task SetHomeAsync(string home, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        await Mine(database).ExecuteUpdateAsync(set => set.SetProperty(d => d.Home, home), cancellationToken);
        Device.Home = home;
    }

    /// <summary>Stores whether the queue is held. Throws what the database throws.</summary>
    public async Task SetQueuePausedAsync(bool paused)
    {
        await using var database = await _databases.CreateDbContextAsync();
        await Mine(database).ExecuteUpdateAsync(set => set.SetProperty(d => d.QueuePaused, paused).SetProperty(d => d.UpdatedAt, _timeProvider.GetUtcNow()));
        Device.QueuePaused = paused;
    }

    /// <summary>Reads again what an operator may have changed: name, pacing, proxy.</summary>
    public async Task ReloadAsync()
    {
        await using var database = await _databases.CreateDbContextAsync();
        if (await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.PhoneNumber == Device.PhoneNumber) is { } row)
        {
            // Not the state: the row's may be older than ours.
            (Device.Name, Device.Proxy, Device.QueuePaused) = (row.Name, row.Proxy, row.QueuePaused);
            (Device.Concurrency, Device.IntervalMs, Device.IntervalCap) = (row.Concurrency, row.IntervalMs, row.IntervalCap);
            (Device.JitterMs, Device.SimulateTyping) = (row.JitterMs, row.SimulateTyping);
        }
    }

    /// <summary>Notes a new state; stored in order, as soon as the database takes it.</summary>
    public void SetState(DeviceState state, DeviceReason? reason, DateTimeOffset since, string? jid)
    {
        var isStep = (Device.State, Device.Reason) != (state, reason);
        (Device.State, Device.Reason, Device.Since, Device.Jid) = (state, reason, since, jid);
        _writes.Writer.TryWrite(async database =>
        {
            var changed = await Mine(database).ExecuteUpdateAsync(set => set
                .SetProperty(d => d.State, state).SetProperty(d => d.Reason, reason).SetProperty(d => d.Since, since).SetProperty(d => d.Jid, jid));
            if (changed > 0 && isStep)
            {
                database.StateChanges.Add(new StateChange { PhoneNumber = Device.PhoneNumber, State = state, Reason = reason, At = since });
                await database.SaveChangesAsync();
            }
        });
    }

    /// <summary>Deletes the row and, if <paramref name="erase"/>, what was kept of its events.</summary>
    public async Task DeleteAsync(bool erase)
    {
        await using var database = await _databases.CreateDbContextAsync();
        await Mine(database).ExecuteDeleteAsync();
        if (erase)
        {
            await database.Events.Where(e => e.PhoneNumber == Device.PhoneNumber).ExecuteDeleteAsync();
        }
    }

    /// <summary>Writes what is left, and gives the device up.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryWrite(async database => await Mine(database).ExecuteUpdateAsync(set => set.SetProperty(d => d.OwnerHost, (string?)null)));
        _writes.Writer.TryComplete();
        _abandoned.CancelAfter(LastWriteTimeout);
        await _writer;
        _abandoned.Dispose();
    }

    private IQueryable<Device> Mine(WaDbContext database) => database.Devices.Where(d => d.PhoneNumber == Device.PhoneNumber && d.Epoch == Device.Epoch);

    private async Task WriteAsync()
    {
        await foreach (var write in _writes.Reader.ReadAllAsync(CancellationToken.None))
        {
            while (!_abandoned.IsCancellationRequested)
            {
                try
                {
                    await _commits.RunAsync(async database =>
                    {
                        await write(database);
                        return true;
                    });
                    break;
                }
                catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception is DbUpdateException or System.Data.Common.DbException or InvalidOperationException or OperationCanceledException)
                {
                    Log.WriteFailed(_logger, exception);
                    await Task.Delay(RetryDelay, _timeProvider, _abandoned.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A device's state could not be stored; trying again.")]
        public static partial void WriteFailed(ILogger logger, Exception exception);
    }
}
