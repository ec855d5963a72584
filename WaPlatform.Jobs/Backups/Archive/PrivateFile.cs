namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>Files that only their user reads: archives hold sessions and secrets.</summary>
internal static class PrivateFile
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Creates a file, or makes one that is there empty.</summary>
    public static FileStream Create(string path)
    {
        // One that is there would keep its rights.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = BufferSize, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Replaces a small file whole.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var draft = path + ".draft";
        await using (var file = Create(draft))
        {
            await file.WriteAsync(content, cancellationToken);
            await file.FlushAsync(cancellationToken);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }

        File.Move(draft, path, overwrite: true);
    }
}
