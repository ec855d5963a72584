namespace WaPlatform.ServiceDefaults.Media;

/// <summary>Keeps the files that wait to be sent: written by the gateway before a message is accepted, read and removed by the device's owner.</summary>
public abstract class MediaStore
{
    /// <summary>Stores a file durably and returns its key and size. A file that breaks off or is too large leaves nothing.</summary>
    /// <param name="limit">Bytes.</param>
    /// <exception cref="MediaTooLargeException">There is more than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="IOException">The store is full or fails.</exception>
    public abstract Task<(string Key, long Size)> WriteAsync(Stream content, long limit, CancellationToken cancellationToken);

    /// <summary>Opens a file for reading. Its length is known.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    /// <exception cref="IOException">The store fails, now or while the file is read.</exception>
    public abstract Task<Stream> OpenAsync(string key, CancellationToken cancellationToken);

    /// <summary>Gives a file a second key, so that each message has its own to remove. Its content is kept once where the store can.</summary>
    /// <exception cref="IOException">The store is full or fails, or the file is gone.</exception>
    public abstract Task<string> CopyAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes a file, now or soon, if it can; what stays is swept up later. Never waits: the outcome of a message must not depend on it.</summary>
    public abstract void Delete(string key);

    /// <summary>Keys of the files that are older than this.</summary>
    public abstract Task<IReadOnlyList<string>> OlderThanAsync(DateTimeOffset moment, CancellationToken cancellationToken);

    /// <summary>What names a file.</summary>
    protected static string NewKey() => NameOf(Guid.CreateVersion7());

    protected static string NameOf(Guid key) => key.ToString("N");

    /// <exception cref="ArgumentException">It is not one.</exception>
    protected static Guid Parse(string key) => Guid.TryParseExact(key, "N", out var parsed) ? parsed : throw new ArgumentException("Not the key of a file.", nameof(key));
}

/// <summary>A file has more bytes than its kind of message may have.</summary>
public sealed class MediaTooLargeException(long limit) : Exception($"The file has more than {limit} bytes.")
{
    public long Limit { get; } = limit;
}
