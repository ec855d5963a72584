using System.IO.Compression;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.ServiceDefaults.Engines;

/// <summary>
/// The ZIP archive of an engine's release: one binary, and texts that nobody needs (gowa contract §1.2). It comes from outside. So it is refused for anything that an
/// honest one does not have, before anything is unpacked; and what is unpacked gets a name of ours, and no more room than it said.
/// </summary>
public static class EngineArchiveFile
{
    /// <summary>Bytes of an archive; gowa's have about 20 million.</summary>
    public const long MaxBytes = 256 * 1024 * 1024;

    /// <summary>Bytes of the binary in it.</summary>
    public const long MaxBinaryBytes = 512 * 1024 * 1024;

    private const int BufferSize = 128 * 1024;
    private const int UnixTypeMask = 0xF000;
    private const int UnixFile = 0x8000;

    /// <summary>Looks at an archive, and returns the name that its binary has in it.</summary>
    /// <exception cref="EngineArchiveException">It is not one that may be unpacked.</exception>
    public static async Task<string> InspectAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var archive = await OpenAsync(path, cancellationToken);
            return Binary(archive).Name;
        }
        catch (InvalidDataException exception)
        {
            throw Malformed(exception);
        }
    }

    /// <summary>Writes the binary of an archive to a new file, to be run by its user alone, and on disk when this returns. What was written of one that is refused stays.</summary>
    /// <exception cref="EngineArchiveException">It is not one that may be unpacked.</exception>
    /// <exception cref="IOException">There is no room.</exception>
    public static async Task UnpackAsync(string path, string target, CancellationToken cancellationToken)
    {
        try
        {
            await using var archive = await OpenAsync(path, cancellationToken);
            var binary = Binary(archive);
            await using var content = await binary.OpenAsync(cancellationToken);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            }

            await using var file = new FileStream(target, options);
            await CopyAsync(content, file, binary.Length, cancellationToken);
            await file.FlushAsync(cancellationToken);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
        catch (InvalidDataException exception)
        {
            throw Malformed(exception);
        }
    }

    private static async Task<ZipArchive> OpenAsync(string path, CancellationToken cancellationToken)
    {
        await ZipDirectory.CheckAsync(path, cancellationToken);
        return await ZipFile.OpenReadAsync(path, cancellationToken);
    }

    private static ZipArchiveEntry Binary(ZipArchive archive)
    {
        if (archive.Entries.FirstOrDefault(entry => !IsHarmless(entry)) is { } hostile)
        {
            throw Refused($"it has an entry that leads elsewhere: '{Shown(hostile.FullName)}'");
        }

        return archive.Entries.Where(entry => IsBinary(entry.Name)).ToList() switch
        {
            [] => throw Refused("it holds no binary"),
            [{ Length: 0 }] => throw Refused("its binary is empty"),
            [{ Length: > MaxBinaryBytes } large] => throw Refused($"its binary would have {large.Length} bytes, more than {MaxBinaryBytes}"),
            [var binary] => binary,
            _ => throw Refused("it holds more than one binary"),
        };
    }

    // What an entry says of its length is its own word: the copy ends there in any case.
    private static async Task CopyAsync(Stream from, Stream to, long length, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        long copied = 0;
        for (int read; copied <= length && (read = await from.ReadAsync(buffer, cancellationToken)) > 0; copied += read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (copied != length)
        {
            throw Refused($"its binary does not have the {length} bytes that it says");
        }
    }

    // Also those that are never unpacked: whoever puts such a name into an archive means harm.
    private static bool IsHarmless(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        var type = (entry.ExternalAttributes >> 16) & UnixTypeMask;
        return name.Length > 0 && !name.StartsWith('/') && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal) && !name.Any(char.IsControl)
            && !name.Split('/').Contains("..") && (type is 0 or UnixFile || name.EndsWith('/'));
    }

    // GoReleaser adds a readme, and calls the binary by its platform alone.
    private static bool IsBinary(string name) =>
        name.Length > 0 && (!name.Contains('.', StringComparison.Ordinal) || name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase))
        && !name.StartsWith("readme", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("licen", StringComparison.OrdinalIgnoreCase);

    private static string Shown(string name) => new([.. name.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);

    private static EngineArchiveException Malformed(Exception exception) => Refused($"it can't be read ({exception.Message.TrimEnd('.')})");

    private static EngineArchiveException Refused(string why) => new(RolloutReason.ArchiveRefused, $"The archive is refused: {why}.");
}
