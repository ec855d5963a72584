using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using WaPlatform.Contracts;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>Reads an archive from its beginning to its end and believes none of it that is not proved.</summary>
internal static class ArchiveReader
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Reads all of it: every chunk, every digest, the seal. Changes nothing.</summary>
    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_CORRUPT, BACKUP_PASSPHRASE.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static async Task<BackupManifest> CheckAsync(string path, string? passphrase, CancellationToken cancellationToken)
    {
        // The seal first: no reader of tar should have to make sense of a damaged head, which may ask for any amount of memory.
        await using (var archive = await OpenedArchive.OpenAsync(path, passphrase, cancellationToken))
        {
            await archive.Content.CopyToAsync(Stream.Null, cancellationToken);
        }

        var found = new Dictionary<string, (long Size, string Sha256)>(StringComparer.Ordinal);
        BackupManifest? manifest = null;
        await ReadAsync(path, passphrase, async (name, content) =>
        {
            if (manifest is not null || found.ContainsKey(name))
            {
                throw ArchiveFaults.Corrupt("it has a member too many");
            }

            if (name == BackupManifest.File)
            {
                manifest = await ReadManifestAsync(content, cancellationToken);
                return;
            }

            found.Add(name, (content.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken))));
        }, cancellationToken);
        Check(manifest, found);
        return manifest!;
    }

    /// <summary>
    /// Writes the members that <paramref name="placeOf"/> gives a place, uncompressed, each checked against the manifest of <see cref="CheckAsync"/> once more: the file may have been
    /// changed since.
    /// </summary>
    /// <param name="placeOf">Full path for a member, or null to pass over it.</param>
    public static Task ExtractAsync(string path, string? passphrase, BackupManifest manifest, Func<string, string?> placeOf, CancellationToken cancellationToken)
    {
        var members = manifest.Members.ToDictionary(member => member.Name, StringComparer.Ordinal);
        return ReadAsync(path, passphrase, async (name, content) =>
        {
            if (name == BackupManifest.File)
            {
                return;
            }

            if (!members.TryGetValue(name, out var member))
            {
                throw ArchiveFaults.Corrupt("it has a member too many");
            }

            if (placeOf(name) is { } place)
            {
                await ExtractAsync(member, content, place, cancellationToken);
            }
        }, cancellationToken);
    }

    private static async Task ReadAsync(string path, string? passphrase, Func<string, Stream, Task> take, CancellationToken cancellationToken)
    {
        await using var archive = await OpenedArchive.OpenAsync(path, passphrase, cancellationToken);
        try
        {
            await using var tar = new TarReader(archive.Content, leaveOpen: true);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType != TarEntryType.RegularFile || (entry.Name != BackupManifest.File && !ArchiveName.IsKnown(entry.Name)))
                {
                    throw ArchiveFaults.Corrupt("it has a member that no backup has");
                }

                await take(entry.Name, entry.DataStream ?? Stream.Null);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or ArgumentException or EndOfStreamException or JsonException or OverflowException)
        {
            // What the readers of tar, gzip and JSON say of bytes that are none.
            throw ArchiveFaults.Corrupt("it can't be read");
        }

        // What tar does not look at counts, too.
        await archive.Content.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static async Task<BackupManifest> ReadManifestAsync(Stream content, CancellationToken cancellationToken)
    {
        if (content.Length > BackupManifest.MaxBytes)
        {
            throw ArchiveFaults.Corrupt("its manifest is too large");
        }

        var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(content, WireJson.Options, cancellationToken);
        return manifest is { Members: not null, Content.Rows: not null, Provider: not null, Migration: not null } ? manifest : throw ArchiveFaults.Corrupt("its manifest is incomplete");
    }

    private static void Check(BackupManifest? manifest, Dictionary<string, (long Size, string Sha256)> found)
    {
        if (manifest is null)
        {
            throw ArchiveFaults.Corrupt("it has no manifest");
        }

        if (manifest.Members.Count != found.Count
            || manifest.Members.Any(member => !found.TryGetValue(member.Name, out var one) || one.Size != member.Size || one.Sha256 != member.Sha256))
        {
            throw ArchiveFaults.Corrupt("a member is not the one that was stored");
        }
    }

    private static async Task ExtractAsync(ArchiveMember member, Stream content, string place, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        await using var file = PrivateFile.Create(place);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var hashing = new HashingStream(content, hash);
        await using var plain = member.Name.EndsWith(ArchiveName.Compressed, StringComparison.Ordinal) ? new GZipStream(hashing, CompressionMode.Decompress, leaveOpen: true) : (Stream)hashing;
        var buffer = new byte[BufferSize];
        long length = 0;
        for (int read; (read = await plain.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            length += read;
            if (length > member.Length)
            {
                throw ArchiveFaults.Corrupt("a member is longer than it was");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        await hashing.CopyToAsync(Stream.Null, cancellationToken);
        if (length != member.Length || Convert.ToHexStringLower(hash.GetHashAndReset()) != member.Sha256)
        {
            throw ArchiveFaults.Corrupt("a member is not the one that was stored");
        }
    }

    /// <summary>Hashes what is read through it.</summary>
    private sealed class HashingStream(Stream inner, IncrementalHash hash) : ReadOnlyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            hash.AppendData(buffer.Span[..read]);
            return read;
        }
    }
}
