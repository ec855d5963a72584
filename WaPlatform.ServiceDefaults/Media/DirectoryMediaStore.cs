using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Media;

/// <summary>Keeps the files that wait to be sent: written by the gateway before a message is accepted, read and removed by the device's owner.</summary>
public sealed partial class MediaStore(IOptions<MediaOptions> options, DataDirectory data)
{
    private const int BufferSize = 64 * 1024;

    private readonly string _directory = options.Value.Directory is { Length: > 0 } given ? System.IO.Directory.CreateDirectory(given).FullName : data.Subdirectory("media");

    /// <summary>Writes a file to disk, durably, and returns its key and size. A file that breaks off or is too large leaves nothing.</summary>
    /// <exception cref="MediaTooLargeException">There is more than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public async Task<(string Key, long Size)> WriteAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var key = Guid.CreateVersion7().ToString("N");
        var path = PathOf(key);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
            var buffer = new byte[BufferSize];
            long size = 0;
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                size += read;
                if (size > limit)
                {
                    throw new MediaTooLargeException(limit);
                }

                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            // The row that names it is on disk before the caller hears of it, and so must this be.
            await file.FlushAsync(cancellationToken);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            return (key, size);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    public Stream Open(string key) => new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Gives a file a second key, so that each message has its own to remove. Takes no room where the file system can link.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public string Copy(string key)
    {
        var copy = Guid.CreateVersion7().ToString("N");
        if (OperatingSystem.IsWindows() || Link(PathOf(key), PathOf(copy)) != 0)
        {
            File.Copy(PathOf(key), PathOf(copy));
        }

        return copy;
    }

    /// <summary>Removes a file, if it can; what stays is swept up later.</summary>
    public void Delete(string key)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The outcome of its message must not depend on this.
        }
    }

    /// <summary>Keys of the files that are older than this.</summary>
    public IReadOnlyList<string> OlderThan(DateTimeOffset moment) =>
        [.. new DirectoryInfo(_directory).EnumerateFiles().Where(file => file.LastWriteTimeUtc < moment.UtcDateTime).Select(file => file.Name)];

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string added);

    private string PathOf(string key) =>
        Guid.TryParseExact(key, "N", out _) ? Path.Combine(_directory, key) : throw new ArgumentException("Not the key of a file.", nameof(key));
}

/// <summary>A file has more bytes than its kind of message may have.</summary>
public sealed class MediaTooLargeException(long limit) : Exception($"The file has more than {limit} bytes.")
{
    public long Limit { get; } = limit;
}
