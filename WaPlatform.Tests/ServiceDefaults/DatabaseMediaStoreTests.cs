using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.Data;
using WaPlatform.Data.Media;
using WaPlatform.ServiceDefaults.Media;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.ProcessHost;

namespace WaPlatform.Tests.ServiceDefaults;

public sealed class DatabaseMediaStoreTests(PostgresTestDatabase database) : IClassFixture<PostgresTestDatabase>, IAsyncDisposable
{
    private const int Large = 60_000_000;

    private readonly DatabaseMediaStore _store = new(database.Factory, TimeProvider.System);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(DatabaseMediaStore.PartSize)]
    [InlineData((2 * DatabaseMediaStore.PartSize) + 7)]
    public async Task Open_OfWhatWasWritten_GivesItBack(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);

        var (key, written) = await _store.WriteAsync(new Trickle(bytes), size, CancellationToken);
        await using var file = await _store.OpenAsync(key, CancellationToken);

        Assert.Equal((size, size), ((int)written, (int)file.Length));
        Assert.Equal(bytes, await ReadAsync(file));
        file.Position = size / 2;
        Assert.Equal(bytes[(size / 2)..], await ReadAsync(file));
    }

    [Fact]
    public async Task Write_LargeFile_HoldsNoMoreThanAPieceOfIt()
    {
        // Whenever more is read of the source, what came before is in the database, but for a piece.
        var source = new Paced(Large, async position =>
        {
            await using var db = await database.OpenAsync(CancellationToken);
            var stored = await db.StoredFiles.OrderByDescending(f => f.CreatedAt).Select(f => db.StoredParts.Count(p => p.ContentId == f.ContentId)).FirstAsync(CancellationToken);
            Assert.Equal(position / DatabaseMediaStore.PartSize, stored);
        });

        var (key, size) = await _store.WriteAsync(source, Large, CancellationToken);

        Assert.Equal(Large, size);
        await using var file = await _store.OpenAsync(key, CancellationToken);
        Assert.Equal(source.Hash(), Convert.ToHexString(await SHA256.HashDataAsync(file, CancellationToken)));
    }

    [Fact]
    public async Task Read_LargeFile_FetchesEachPieceWhenItIsItsTurn()
    {
        var asked = new List<int>();
        var read = 0L;
        await using var file = new StoredContent(Guid.NewGuid(), Large, (_, number, _) =>
        {
            Assert.Equal((long)number * DatabaseMediaStore.PartSize, read);
            asked.Add(number);
            return Task.FromResult(new byte[Math.Min(DatabaseMediaStore.PartSize, Large - (int)read)]);
        });

        var buffer = new byte[50_000];
        for (int count; (count = await file.ReadAsync(buffer, CancellationToken)) > 0;)
        {
            read += count;
        }

        Assert.Equal(Large, read);
        Assert.Equal(Enumerable.Range(0, (Large / DatabaseMediaStore.PartSize) + 1), asked);
    }

    [Theory]
    [InlineData(1_000_000, false)]
    [InlineData(500_000, true)]
    public async Task Write_BreaksOffOrIsTooLarge_LeavesNothing(int limit, bool isTooLarge)
    {
        var before = await CountAsync();

        var writing = _store.WriteAsync(new Paced(700_000, position => position > 600_000 ? throw new IOException("broken") : Task.CompletedTask), limit, CancellationToken);
        if (isTooLarge)
        {
            await Assert.ThrowsAsync<MediaTooLargeException>(() => writing);
        }
        else
        {
            await Assert.ThrowsAsync<IOException>(() => writing);
        }

        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task Delete_OfCopies_KeepsTheContentForTheLast()
    {
        var before = await CountAsync();
        var (first, _) = await _store.WriteAsync(new Trickle(new byte[300_000]), 300_000, CancellationToken);
        var second = await _store.CopyAsync(first, CancellationToken);

        _store.Delete(first);
        await RunningHost.UntilAsync(async () => (await CountAsync()).Files == before.Files + 1, () => "not deleted");
        await using (var kept = await _store.OpenAsync(second, CancellationToken))
        {
            Assert.Equal(300_000, (await ReadAsync(kept)).Length);
        }

        _store.Delete(second);
        await RunningHost.UntilAsync(async () => await CountAsync() == before, () => "content stays");
        await Assert.ThrowsAsync<FileNotFoundException>(() => _store.OpenAsync(second, CancellationToken));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _store.CopyAsync(first, CancellationToken));
    }

    [Fact]
    public async Task Delete_OfAllCopiesAtOnceByTwoServices_LeavesNoContent()
    {
        var before = await CountAsync();
        await using var other = new DatabaseMediaStore(database.Factory, TimeProvider.System);
        for (var round = 0; round < 20; round++)
        {
            var (first, _) = await _store.WriteAsync(new Trickle([1]), 1, CancellationToken);
            var second = await _store.CopyAsync(first, CancellationToken);
            _store.Delete(first);
            other.Delete(second);
        }

        await RunningHost.UntilAsync(async () => await CountAsync() == before, () => "content stays");
    }

    [Fact]
    public async Task OlderThan_WriterDiedInTheMiddle_NamesWhatItLeft()
    {
        var before = await CountAsync();
        var file = new StoredFile { Key = Guid.CreateVersion7(), ContentId = Guid.CreateVersion7(), CreatedAt = TimeProvider.System.GetDatabaseTime().AddHours(-2) };
        await using (var db = await database.OpenAsync(CancellationToken))
        {
            db.StoredFiles.Add(file);
            db.StoredParts.Add(new StoredPart { ContentId = file.ContentId, Number = 0, Data = [1] });
            await db.SaveChangesAsync(CancellationToken);
        }

        var old = Assert.Single(await _store.OlderThanAsync(TimeProvider.System.GetUtcNow().AddHours(-1), CancellationToken));
        _store.Delete(old);

        await RunningHost.UntilAsync(async () => await CountAsync() == before, () => "content stays");
    }

    [Fact]
    public async Task AnyCall_DatabaseIsAway_FailsAsADiskDoes()
    {
        using var service = TestDatabase.CreateService("Host=127.0.0.1;Port=1;Username=x;Password=x;Database=x;Timeout=2");
        await using var store = new DatabaseMediaStore(service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>(), TimeProvider.System);

        await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(new Trickle([1]), 1, CancellationToken));
        await Assert.ThrowsAsync<IOException>(() => store.OpenAsync(Guid.NewGuid().ToString("N"), CancellationToken));
        store.Delete(Guid.NewGuid().ToString("N"));
    }

    [Theory]
    [InlineData("Host=h;Database=d", "r:6379", null, null, true)]
    [InlineData("Host=h;Database=d", "r:6379", null, "Directory", false)]
    [InlineData("Host=h;Database=d", "r:6379", "localhost", null, false)]
    [InlineData("Data Source=a.db", "r:6379", null, null, false)]
    [InlineData("Data Source=a.db", "r:6379", "localhost", "Database", true)]
    public void Add_PlaceOfFiles_FollowsWhatServicesShare(string wadb, string redis, string? mode, string? store, bool isDatabase)
    {
        var directory = Directory.CreateTempSubdirectory("wa-media-");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            [new("ConnectionStrings:wadb", wadb), new("ConnectionStrings:redis", redis), new("Cluster:Mode", mode), new("Media:Store", store), new("WAPLATFORM_DATA", directory.FullName)]);
        builder.AddServiceDefaults();
        builder.AddWaDatabase();
        builder.AddWaMedia();
        using var host = builder.Build();

        Assert.Equal(isDatabase, host.Services.GetRequiredService<MediaStore>() is DatabaseMediaStore);
        directory.Delete(recursive: true);
    }

    private async Task<(int Files, int Parts)> CountAsync()
    {
        await using var db = await database.OpenAsync(CancellationToken);
        return (await db.StoredFiles.CountAsync(CancellationToken), await db.StoredParts.CountAsync(CancellationToken));
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, CancellationToken);
        return copy.ToArray();
    }

    /// <summary>Comes in pieces that fit nothing.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 70_001)], cancellationToken);
    }

    /// <summary>A content that is made while it is read; tells before each read how much was read.</summary>
    private sealed class Paced(long length, Func<long, Task> before) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public string Hash() => Convert.ToHexString(_hash.GetCurrentHash());

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await before(_position);
            var count = (int)Math.Min(buffer.Length, length - _position);
            buffer.Span[..count].Fill((byte)(_position / 1000));
            _hash.AppendData(buffer.Span[..count]);
            _position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
