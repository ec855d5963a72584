using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using WaPlatform.Contracts;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>
/// Writes an archive: a tar file, each member with its digest in the manifest, the whole with a <see cref="Seal"/>, encrypted if there is a passphrase. It
/// has its name only once it is complete and on disk. Holds one buffer; a member that is compressed or streamed is on disk first, for tar wants to know its size.
/// </summary>
internal sealed class ArchiveWriter : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly string _path;
    private readonly string _draft;
    private readonly string _scratch;
    private readonly FileStream _file;
    private readonly EncryptingStream? _encrypting;
    private readonly SealingStream _sealing;
    private readonly TarWriter _tar;
    private readonly List<ArchiveMember> _members = [];

    /// <param name="path">Of the finished archive.</param>
    /// <param name="scratch">An existing directory for members on their way; on the same disk, for they are as large.</param>
    /// <param name="passphrase">Null = not encrypted.</param>
    public ArchiveWriter(string path, string scratch, string? passphrase)
    {
        (_path, _draft, _scratch) = (path, Path.Combine(scratch, "archive"), scratch);
        _file = PrivateFile.Create(_draft);
        _encrypting = passphrase is null ? null : new EncryptingStream(_file, ArchiveKey.Create(passphrase));
        _sealing = new SealingStream(_encrypting ?? (Stream)_file);
        _tar = new TarWriter(_sealing, TarEntryFormat.Pax, leaveOpen: true);
    }

    public IReadOnlyList<ArchiveMember> Members => _members;

    /// <summary>Adds a file as it is, or compressed if the name says so.</summary>
    public async Task AddFileAsync(string name, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await AddAsync(name, file, cancellationToken);
    }

    /// <summary>Adds what a stream has, which may not know its length.</summary>
    public async Task AddAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_scratch, "member");
        try
        {
            var length = await StoreAsync(path, content, name.EndsWith(ArchiveName.Compressed, StringComparison.Ordinal), cancellationToken);
            await using var stored = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
            var digest = await SHA256.HashDataAsync(stored, cancellationToken);
            stored.Position = 0;
            await WriteAsync(name, stored, cancellationToken);
            _members.Add(new ArchiveMember(name, stored.Length, length, Convert.ToHexStringLower(digest)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Writes the manifest and gives the archive its name. Returns its size.</summary>
    public async Task<long> CompleteAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        using (var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, WireJson.Options)))
        {
            await WriteAsync(BackupManifest.File, json, cancellationToken);
        }

        await _tar.DisposeAsync();
        await _sealing.CompleteAsync(cancellationToken);
        if (_encrypting is not null)
        {
            await _encrypting.CompleteAsync(cancellationToken);
        }

        await _file.FlushAsync(cancellationToken);
        RandomAccess.FlushToDisk(_file.SafeFileHandle);
        var size = _file.Length;
        await _file.DisposeAsync();
        File.Move(_draft, _path);
        return size;
    }

    public async ValueTask DisposeAsync()
    {
        await _sealing.DisposeAsync();
        if (_encrypting is not null)
        {
            await _encrypting.DisposeAsync();
        }

        await _file.DisposeAsync();
        File.Delete(_draft);
    }

    private static async Task<long> StoreAsync(string path, Stream content, bool compress, CancellationToken cancellationToken)
    {
        await using var file = PrivateFile.Create(path);
        await using var target = compress ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true) : (Stream)file;
        var buffer = new byte[BufferSize];
        long length = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; length += read)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return length;
    }

    private Task WriteAsync(string name, Stream data, CancellationToken cancellationToken) =>
        _tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, DataStream = data }, cancellationToken);
}
