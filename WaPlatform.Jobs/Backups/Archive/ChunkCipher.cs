using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>
/// Encrypts an archive chunk by chunk (AES-256-GCM): each is authenticated, knows its number and whether it is the last, and is bound to the head. So none
/// can be changed, left out, repeated, moved or cut off. All chunks but the last have <see cref="ChunkSize"/> bytes. A key is of one archive, so numbers do as nonces.
/// </summary>
internal sealed class ChunkCipher(ArchiveKey key) : IDisposable
{
    public const int ChunkSize = 64 * 1024;
    public const int TagLength = 16;

    private const int NonceLength = 12;

    private readonly AesGcm _aes = new(key.Key, TagLength);
    private readonly byte[] _nonce = new byte[NonceLength];
    private long _number;

    /// <param name="sealedChunk">As long as <paramref name="chunk"/> and a tag.</param>
    public void Encrypt(ReadOnlySpan<byte> chunk, Span<byte> sealedChunk, bool isLast) =>
        _aes.Encrypt(NextNonce(isLast), chunk, sealedChunk[..chunk.Length], sealedChunk.Slice(chunk.Length, TagLength), key.Head);

    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_CORRUPT.</exception>
    public void Decrypt(ReadOnlySpan<byte> sealedChunk, Span<byte> chunk, bool isLast)
    {
        try
        {
            _aes.Decrypt(NextNonce(isLast), sealedChunk[..^TagLength], sealedChunk[^TagLength..], chunk, key.Head);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw ArchiveFaults.Corrupt("it was changed or cut off after it was written");
        }
    }

    public void Dispose() => _aes.Dispose();

    private byte[] NextNonce(bool isLast)
    {
        _nonce[0] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(_nonce.AsSpan(NonceLength - sizeof(long)), _number++);
        return _nonce;
    }
}
