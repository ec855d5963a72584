using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Media;

namespace WaPlatform.ServiceDefaults.Media;

/// <summary>
/// Keeps them in the database, in pieces: for gateways and hosts that share no directory. No transaction and no connection lasts as long as a
/// caller takes to send or read a file.
/// </summary>
public sealed class DatabaseMediaStore : MediaStore, IAsyncDisposable, IDisposable
{
    /// <summary>Bytes of each piece but the last.</summary>
    internal const int PartSize = 256 * 1024;

    // Of removals that wait for the database; what is beyond them is swept.
    private const int MaxDeletions = 10_000;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private readonly IDbContextFactory<WaDbContext> _databases;
    private readonly TimeProvider _timeProvider;
    private readonly Channel<Guid> _deletions = Channel.CreateBounded<Guid>(new BoundedChannelOptions(MaxDeletions) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _deleting;

    public DatabaseMediaStore(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
    {
        _databases = databases;
        _timeProvider = timeProvider;
        _deleting = Task.Run(DeleteAllAsync);
    }

    public override async Task<(string Key, long Size)> WriteAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);

        // The name first: should this process die in the middle, the sweep finds what is there by it.
        var file = new StoredFile { Key = Guid.CreateVersion7(), ContentId = Guid.CreateVersion7(), CreatedAt = _timeProvider.GetDatabaseTime() };
        await RunAsync(db => db.StoredFiles.Add(file), cancellationToken);
        try
        {
            var size = await WritePartsAsync(file.ContentId, content, limit, cancellationToken);
            await GuardAsync(db => db.StoredFiles.Where(f => f.Key == file.Key).ExecuteUpdateAsync(set => set.SetProperty(f => f.Size, size), cancellationToken), cancellationToken);
            return (NameOf(file.Key), size);
        }
        catch
        {
            await TryDeleteAsync(file.Key);
            throw;
        }
    }

    public override async Task<Stream> OpenAsync(string key, CancellationToken cancellationToken)
    {
        var file = await FindAsync(key, cancellationToken);
        return new StoredContent(file.ContentId, file.Size, ReadPartAsync);
    }

    public override async Task<string> CopyAsync(string key, CancellationToken cancellationToken)
    {
        var file = await FindAsync(key, cancellationToken);
        var copy = new StoredFile { Key = Guid.CreateVersion7(), ContentId = file.ContentId, Size = file.Size, CreatedAt = _timeProvider.GetDatabaseTime() };
        await RunAsync(db => db.StoredFiles.Add(copy), cancellationToken);
        return NameOf(copy.Key);
    }

    public override void Delete(string key) => _deletions.Writer.TryWrite(Parse(key));

    public override async Task<IReadOnlyList<string>> OlderThanAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        await using var db = await _databases.CreateDbContextAsync(cancellationToken);
        var keys = await db.StoredFiles.Where(f => f.CreatedAt < moment).Select(f => f.Key).ToListAsync(cancellationToken);
        return [.. keys.Select(NameOf)];
    }

    public async ValueTask DisposeAsync()
    {
        _deletions.Writer.TryComplete();
        await _deleting.WaitAsync(StopPatience, _timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // What was not removed yet is swept.
    public void Dispose() => _deletions.Writer.TryComplete();

    private async Task<long> WritePartsAsync(Guid contentId, Stream content, long limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[PartSize];
        var (size, filled, number) = (0L, 0, 0);
        for (int read; (read = await content.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0;)
        {
            size += read;
            filled += read;
            if (size > limit)
            {
                throw new MediaTooLargeException(limit);
            }

            if (filled == PartSize)
            {
                await WritePartAsync(contentId, number++, buffer, cancellationToken);
                filled = 0;
            }
        }

        if (filled > 0)
        {
            await WritePartAsync(contentId, number, buffer[..filled], cancellationToken);
        }

        return size;
    }

    private Task<int> WritePartAsync(Guid contentId, int number, byte[] data, CancellationToken cancellationToken) =>
        RunAsync(db => db.StoredParts.Add(new StoredPart { ContentId = contentId, Number = number, Data = data }), cancellationToken);

    private async Task<byte[]> ReadPartAsync(Guid contentId, int number, CancellationToken cancellationToken) =>
        await GuardAsync(
            db => db.StoredParts.Where(p => p.ContentId == contentId && p.Number == number).Select(p => p.Data).SingleOrDefaultAsync(cancellationToken), cancellationToken)
        ?? throw new IOException("A piece of the file is gone.");

    private async Task<StoredFile> FindAsync(string key, CancellationToken cancellationToken)
    {
        var parsed = Parse(key);
        return await GuardAsync(db => db.StoredFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Key == parsed, cancellationToken), cancellationToken)
            ?? throw new FileNotFoundException("There is no such file.", key);
    }

    private async Task DeleteAllAsync()
    {
        await foreach (var key in _deletions.Reader.ReadAllAsync())
        {
            await TryDeleteAsync(key);
        }
    }

    private async Task TryDeleteAsync(Guid key)
    {
        try
        {
            await DeleteAsync(key);
        }
        catch (Exception)
        {
            // By design every failure: what stays is swept, and the next removal must come.
        }
    }

    private async Task DeleteAsync(Guid key)
    {
        await using var db = await _databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await db.StoredFiles.Where(f => f.Key == key).Select(f => (Guid?)f.ContentId).SingleOrDefaultAsync() is not { } content)
        {
            return;
        }

        // Locks all keys of the content: of two that are removed at the same time, one must see that it is the last.
        await db.StoredFiles.Where(f => f.ContentId == content).ExecuteUpdateAsync(set => set.SetProperty(f => f.Size, f => f.Size));
        await db.StoredFiles.Where(f => f.Key == key).ExecuteDeleteAsync();
        if (!await db.StoredFiles.AnyAsync(f => f.ContentId == content))
        {
            await db.StoredParts.Where(p => p.ContentId == content).ExecuteDeleteAsync();
        }

        await transaction.CommitAsync();
    }

    private Task<int> RunAsync(Action<WaDbContext> change, CancellationToken cancellationToken) => GuardAsync(
        db =>
        {
            change(db);
            return db.SaveChangesAsync(cancellationToken);
        }, cancellationToken);

    // To its users a store is a store: one that is away fails as a disk does.
    private async Task<T> GuardAsync<T>(Func<WaDbContext, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await _databases.CreateDbContextAsync(cancellationToken);
            return await run(db);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            throw new IOException("The database does not take or give files now.", exception);
        }
    }
}
