using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Media;

/// <summary>Keeps them in a directory, which gateways and hosts share.</summary>
public sealed partial class DirectoryMediaStore(IOptions<MediaOptions> options, DataDirectory data) : MediaStore
{
    private const int BufferSize = 64 * 1024;

    private readonly string _directory = options.Value.Directory is { Length: > 0 } given ? Directory.CreateDirectory(given).FullName : data.Subdirectory("media");

    public override async Task<(string Key, long Size)> WriteAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var key = NewKey();
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

    public override Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) => Task.FromResult<Stream>(new FileStream(
        PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan));

    public override Task<string> CopyAsync(string key, CancellationToken cancellationToken)
    {
        // Takes no room where the file system can link.
        var copy = NewKey();
        if (OperatingSystem.IsWindows() || Link(PathOf(key), PathOf(copy)) != 0)
        {
            File.Copy(PathOf(key), PathOf(copy));
        }

        return Task.FromResult(copy);
    }

    public override void Delete(string key)
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

    public override Task<IReadOnlyList<string>> OlderThanAsync(DateTimeOffset moment, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(
        [.. new DirectoryInfo(_directory).EnumerateFiles().Where(file => file.LastWriteTimeUtc < moment.UtcDateTime).Select(file => file.Name)]);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string added);

    private string PathOf(string key) => Path.Combine(_directory, NameOf(Parse(key)));
}
