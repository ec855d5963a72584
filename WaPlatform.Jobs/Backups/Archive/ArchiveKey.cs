using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>
/// The head of an encrypted archive and the key that it and a passphrase give. Head: mark (8), iterations (4, big-endian), salt (16), check (16). The check
/// tells a wrong passphrase from a damaged chunk. Every chunk is bound to the head (<see cref="ChunkCipher"/>).
/// </summary>
internal sealed class ArchiveKey
{
    public const int HeadLength = 44;

    // OWASP's number for PBKDF2-HMAC-SHA256 (2023): about a third of a second on a server's core.
    private const int Iterations = 600_000;

    // A head that asks for more would only keep the reader busy.
    private const int MaxIterations = 10_000_000;
    private const int MarkLength = 8;
    private const int SaltLength = 16;
    private const int CheckLength = 16;
    private const int CheckOffset = MarkLength + sizeof(int) + SaltLength;

    private ArchiveKey(byte[] head, byte[] key) => (Head, Key) = (head, key);

    public byte[] Head { get; }

    /// <summary>For AES-256.</summary>
    public byte[] Key { get; }

    private static ReadOnlySpan<byte> Mark => "WAPLENC1"u8;

    public static bool IsHead(ReadOnlySpan<byte> start) => start.StartsWith(Mark);

    public static ArchiveKey Create(string passphrase)
    {
        var head = new byte[HeadLength];
        Mark.CopyTo(head);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(MarkLength), Iterations);
        RandomNumberGenerator.Fill(head.AsSpan(MarkLength + sizeof(int), SaltLength));
        var (key, check) = Derive(head, passphrase);
        check.CopyTo(head.AsSpan(CheckOffset));
        return new ArchiveKey(head, key);
    }

    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_PASSPHRASE, BACKUP_CORRUPT.</exception>
    public static ArchiveKey Open(byte[] head, string? passphrase)
    {
        if (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(MarkLength)) is < 1 or > MaxIterations)
        {
            throw ArchiveFaults.Corrupt("its head is not one");
        }

        if (string.IsNullOrEmpty(passphrase))
        {
            throw ArchiveFaults.NoPassphrase();
        }

        var (key, check) = Derive(head, passphrase);
        return CryptographicOperations.FixedTimeEquals(check, head.AsSpan(CheckOffset, CheckLength)) ? new ArchiveKey(head, key) : throw ArchiveFaults.WrongPassphrase();
    }

    private static (byte[] Key, byte[] Check) Derive(ReadOnlySpan<byte> head, string passphrase)
    {
        var iterations = BinaryPrimitives.ReadInt32BigEndian(head[MarkLength..]);
        var secret = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(passphrase), head.Slice(MarkLength + sizeof(int), SaltLength), iterations, HashAlgorithmName.SHA256, 32);
        return (HKDF.Expand(HashAlgorithmName.SHA256, secret, 32, "waplatform backup key"u8.ToArray()), HKDF.Expand(HashAlgorithmName.SHA256, secret, CheckLength, "waplatform backup check"u8.ToArray()));
    }
}
