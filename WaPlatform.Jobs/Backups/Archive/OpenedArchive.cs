namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>An archive that is being read: what is in the file, decrypted, its seal checked at the end.</summary>
internal sealed class OpenedArchive : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly FileStream _file;
    private readonly DecryptingStream? _decrypting;

    private OpenedArchive(FileStream file, DecryptingStream? decrypting)
    {
        (_file, _decrypting) = (file, decrypting);
        Content = new UnsealingStream(decrypting ?? (Stream)file);
    }

    /// <summary>The tar file.</summary>
    public Stream Content { get; }

    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_CORRUPT, BACKUP_PASSPHRASE.</exception>
    public static async Task<OpenedArchive> OpenAsync(string path, string? passphrase, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
        try
        {
            return new OpenedArchive(file, await DecryptAsync(file, passphrase, cancellationToken));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        if (_decrypting is not null)
        {
            await _decrypting.DisposeAsync();
        }

        await _file.DisposeAsync();
    }

    private static async Task<DecryptingStream?> DecryptAsync(FileStream file, string? passphrase, CancellationToken cancellationToken)
    {
        var head = new byte[ArchiveKey.HeadLength];
        var read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        var isHead = ArchiveKey.IsHead(head);

        // Else a flipped bit in the mark would make it another kind of file, which is damaged in another way.
        if (read < head.Length || (!isHead && file.Name.EndsWith(BackupFile.Encrypted, StringComparison.Ordinal)))
        {
            throw ArchiveFaults.Corrupt("its head is not one");
        }

        if (isHead)
        {
            return new DecryptingStream(file, ArchiveKey.Open(head, passphrase));
        }

        file.Position = 0;
        return null;
    }
}
