using System.Security.Cryptography;

namespace WaPlatform.Gateway.Media;

/// <summary>
/// What comes from elsewhere, on its way to the disk: a failure to read it is told apart from one to write, and its digest is made in passing.
/// </summary>
/// <param name="broken">What to throw instead of a failure to read; null for the failure itself.</param>
internal sealed class SourceStream(Stream inner, IncrementalHash? digest, Func<Exception, Exception?> broken) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            digest?.AppendData(buffer.Span[..read]);
            return read;
        }
        catch (Exception exception) when (broken(exception) is { } other)
        {
            throw other;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Media is read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
