using System.Buffers.Binary;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.ServiceDefaults.Engines;

/// <summary>
/// Reads what a ZIP archive says at its end of its own directory, before anything else reads that: a reader of the whole would take in as many entries as the
/// file has room for. Format: APPNOTE 4.3.16.
/// </summary>
internal static class ZipDirectory
{
    private const int MaxEntries = 64;
    private const int MaxDirectoryBytes = 64 * 1024;

    private const int EndLength = 22;
    private const int MaxComment = ushort.MaxValue;
    private const uint EndSignature = 0x06054b50;

    /// <exception cref="EngineArchiveException">It is no ZIP archive, or a larger one than any release is.</exception>
    public static async Task CheckAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        var tail = new byte[Math.Min(file.Length, EndLength + MaxComment)];
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, cancellationToken);

        var end = FindEnd(tail);
        if (end < 0)
        {
            throw new EngineArchiveException(RolloutReason.ArchiveRefused, "The archive is refused: it is no ZIP archive.");
        }

        // All ones stand for the form of archives beyond 4 GB, which is too large in any case.
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (entries > MaxEntries || file.Length - tail.Length + end - offset is < 0 or > MaxDirectoryBytes)
        {
            throw new EngineArchiveException(RolloutReason.ArchiveRefused, $"The archive is refused: it has more than {MaxEntries} entries, or says so.");
        }
    }

    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == EndSignature
                && at + EndLength + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) <= tail.Length)
            {
                return at;
            }
        }

        return -1;
    }
}
