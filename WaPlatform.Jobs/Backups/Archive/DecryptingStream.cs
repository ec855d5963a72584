namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>Reads what an <see cref="EncryptingStream"/> wrote, from behind its head on. Gives nothing out that was not authenticated.</summary>
internal sealed class DecryptingStream(Stream inner, ArchiveKey key) : ReadOnlyStream
{
    private const int SealedSize = ChunkCipher.ChunkSize + ChunkCipher.TagLength;

    private readonly ChunkCipher _cipher = new(key);

    // One byte more than a chunk: whether there is another one says whether this is the last.
    private readonly byte[] _sealed = new byte[SealedSize + 1];
    private readonly byte[] _chunk = new byte[ChunkCipher.ChunkSize];
    private int _ahead;
    private int _offset;
    private int _count;
    private bool _isOver;

    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_CORRUPT.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_offset == _count)
        {
            if (_isOver || buffer.IsEmpty)
            {
                return 0;
            }

            await NextAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _count - _offset);
        _chunk.AsMemory(_offset, count).CopyTo(buffer);
        _offset += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _cipher.Dispose();
        base.Dispose(disposing);
    }

    private async Task NextAsync(CancellationToken cancellationToken)
    {
        var read = _ahead + await inner.ReadAtLeastAsync(_sealed.AsMemory(_ahead), _sealed.Length - _ahead, throwOnEndOfStream: false, cancellationToken);
        _isOver = read <= SealedSize;
        var length = Math.Min(read, SealedSize);
        if (length < ChunkCipher.TagLength)
        {
            throw ArchiveFaults.Corrupt("it was cut off");
        }

        (_offset, _count) = (0, length - ChunkCipher.TagLength);
        _cipher.Decrypt(_sealed.AsSpan(0, length), _chunk.AsSpan(0, _count), _isOver);
        _sealed[0] = _sealed[^1];
        _ahead = _isOver ? 0 : 1;
    }
}
