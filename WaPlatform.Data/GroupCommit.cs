using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace WaPlatform.Data;

/// <summary>
/// Writes of many callers, committed together: what waits when a transaction ends goes into the next one. The cost of a commit is shared, SQLite's
/// one writer is waited for in turn rather than by polling, and the order of the calls is the order of the writes.
/// </summary>
public sealed class GroupCommit : IAsyncDisposable
{
    // Past some hundred the first ones only wait longer.
    private const int MaxUnits = 256;

    private readonly IDbContextFactory<WaDbContext> _databases;
    private readonly CommitGuard? _guard;
    private readonly Channel<Unit> _units = Channel.CreateUnbounded<Unit>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writer;
    private WaDbContext? _db;

    public GroupCommit(IDbContextFactory<WaDbContext> databases, CommitGuard? guard = null)
    {
        _databases = databases;
        _guard = guard;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns its result once that is committed. The work must do nothing but use the context that
    /// it is given, because it may be run twice: if another caller's work fails, the transaction is undone and each is run in one of its own.
    /// Not cancelable once taken: a caller that stops to wait does not know whether it was done.
    /// </summary>
    /// <param name="last">After all that is not: for what holds a lock that others wait for.</param>
    /// <exception cref="ObjectDisposedException">The platform is stopping.</exception>
    /// <exception cref="LeaseLostException">This host may not write any more.</exception>
    /// <exception cref="CommitInDoubtException">Nobody knows whether the work is stored.</exception>
    public Task<T> RunAsync<T>(Func<WaDbContext, Task<T>> work, bool last = false)
    {
        var unit = new Unit<T>(work) { IsLast = last };
        return _units.Writer.TryWrite(unit) ? unit.Committed : Task.FromException<T>(new ObjectDisposedException(nameof(GroupCommit)));
    }

    public async ValueTask DisposeAsync()
    {
        _units.Writer.TryComplete();
        await _writer;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Unit>(MaxUnits);
        while (await _units.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxUnits && _units.Reader.TryRead(out var unit))
            {
                batch.Add(unit);
            }

            await CommitAsync(batch);
            batch.Clear();
        }

        await CloseAsync();
    }

    private async Task CommitAsync(List<Unit> batch)
    {
        try
        {
            var db = _db ??= await OpenAsync();
            await using (var transaction = await db.Database.BeginTransactionAsync())
            {
                foreach (var unit in batch.OrderBy(unit => unit.IsLast))
                {
                    await unit.RunAsync(db);
                    db.ChangeTracker.Clear();
                }

                if (_guard is not null)
                {
                    await _guard(db);
                }

                await CommitAsync(transaction);
            }

            batch.ForEach(unit => unit.Succeed());
        }
        catch (Exception exception) when (batch.Count > 1 && !exception.IsDatabaseUnavailable())
        {
            // One of them can't be done; apart, each gets its own answer.
            await CloseAsync();
            foreach (var unit in batch)
            {
                await CommitAsync([unit]);
            }
        }
        catch (Exception exception)
        {
            await CloseAsync();
            batch.ForEach(unit => unit.Fail(exception));
        }
    }

    private static async Task CommitAsync(IDbContextTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync();
        }
        catch (NpgsqlException exception) when (exception.IsDatabaseUnavailable())
        {
            // The server may have done it and gone before it could say so.
            throw new CommitInDoubtException(exception);
        }
    }

    // Kept open: a connection costs several statements before its first one.
    private async Task<WaDbContext> OpenAsync()
    {
        var db = await _databases.CreateDbContextAsync();
        try
        {
            await db.Database.OpenConnectionAsync();

            // A work that fails undoes the whole; savepoints would cost a round trip each.
            db.Database.AutoSavepointsEnabled = false;
            return db;
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private async Task CloseAsync()
    {
        if (_db is { } db)
        {
            _db = null;
            try
            {
                await db.DisposeAsync();
            }
            catch (Exception)
            {
                // By design every failure: it was broken before, its work is answered, and the writer must go on.
            }
        }
    }

    private abstract class Unit
    {
        public bool IsLast { get; init; }

        public abstract Task RunAsync(WaDbContext db);

        public abstract void Succeed();

        public abstract void Fail(Exception exception);
    }

    private sealed class Unit<T>(Func<WaDbContext, Task<T>> work) : Unit
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Committed => _result.Task;

        public override async Task RunAsync(WaDbContext db) => _value = await work(db);

        public override void Succeed() => _result.TrySetResult(_value!);

        public override void Fail(Exception exception) => _result.TrySetException(exception);
    }
}
