namespace WaPlatform.ServiceDefaults.Media;

/// <summary>Reads a content of the database piece by piece; one of them is held at a time.</summary>
internal sealed class StoredContent(Guid contentId, long length, Func<Guid, int, CancellationToken, Task<byte[]>> readPart) : Stream
{
    private byte[] _part = [];
    private int _number = -1;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    // So that an upload made of it says how long it is.
    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        var number = (int)(Position / DatabaseMediaStore.PartSize);
        if (number != _number)
        {
            _part = await readPart(contentId, number, cancellationToken);
            _number = number;
        }

        var offset = (int)(Position % DatabaseMediaStore.PartSize);
        var count = Math.Min(buffer.Length, _part.Length - offset);
        if (count <= 0)
        {
            throw new EndOfStreamException("The file is shorter than it was when it was stored.");
        }

        _part.AsMemory(offset, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Files of the database are read asynchronously.");

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
