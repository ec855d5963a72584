using System.Security.Cryptography;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>Passes everything on and appends the <see cref="Seal"/> when it is completed. Leaves the inner stream open.</summary>
internal sealed class SealingStream(Stream inner) : WriteOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>To be called once, when all is written.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await inner.WriteAsync((byte[])[.. Seal.Mark, .. _hash.GetHashAndReset()], cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
