namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>Encrypts what is written to it; holds one chunk. Leaves the inner stream open.</summary>
internal sealed class EncryptingStream(Stream inner, ArchiveKey key) : WriteOnlyStream
{
    private readonly ChunkCipher _cipher = new(key);
    private readonly byte[] _chunk = new byte[ChunkCipher.ChunkSize];
    private readonly byte[] _sealed = new byte[ChunkCipher.ChunkSize + ChunkCipher.TagLength];
    private int _count;
    private bool _hasHead;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            // A full one is kept until more comes: it may be the last.
            if (_count == _chunk.Length)
            {
                await PutAsync(isLast: false, cancellationToken);
            }

            var count = Math.Min(buffer.Length, _chunk.Length - _count);
            buffer[..count].CopyTo(_chunk.AsMemory(_count));
            (_count, buffer) = (_count + count, buffer[count..]);
        }
    }

    /// <summary>To be called once, when all is written.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => PutAsync(isLast: true, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _cipher.Dispose();
        base.Dispose(disposing);
    }

    private async Task PutAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (!_hasHead)
        {
            await inner.WriteAsync(key.Head, cancellationToken);
            _hasHead = true;
        }

        _cipher.Encrypt(_chunk.AsSpan(0, _count), _sealed, isLast);
        await inner.WriteAsync(_sealed.AsMemory(0, _count + ChunkCipher.TagLength), cancellationToken);
        _count = 0;
    }
}
