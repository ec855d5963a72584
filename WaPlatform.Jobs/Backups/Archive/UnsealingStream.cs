using System.Security.Cryptography;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>Reads what a <see cref="SealingStream"/> wrote, without the seal, which is checked at the end.</summary>
internal sealed class UnsealingStream(Stream inner) : ReadOnlyStream
{
    private const int BlockSize = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // The last bytes that were read are held back: they may be the seal.
    private readonly byte[] _held = new byte[BlockSize + Seal.Length];
    private int _count;
    private bool _isChecked;

    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_CORRUPT: the end was reached, and the seal is not that of what came before.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (_count <= Seal.Length)
        {
            var read = await inner.ReadAsync(_held.AsMemory(_count), cancellationToken);
            if (read == 0)
            {
                Check();
                return 0;
            }

            _count += read;
        }

        var count = Math.Min(buffer.Length, _count - Seal.Length);
        _hash.AppendData(_held.AsSpan(0, count));
        _held.AsSpan(0, count).CopyTo(buffer.Span);
        _held.AsSpan(count, _count - count).CopyTo(_held);
        _count -= count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Check()
    {
        if (_isChecked)
        {
            return;
        }

        if (_count != Seal.Length || !_held.AsSpan(0, Seal.Mark.Length).SequenceEqual(Seal.Mark)
            || !_held.AsSpan(Seal.Mark.Length, Seal.DigestLength).SequenceEqual(_hash.GetHashAndReset()))
        {
            throw ArchiveFaults.Corrupt("it was changed or cut off after it was written");
        }

        _isChecked = true;
    }
}
