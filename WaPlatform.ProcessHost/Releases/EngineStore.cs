using WaPlatform.Contracts.Engines;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>The engines of this host, side by side in <c>{data}/engines/{version}</c>. What is there is whole: it was put there in one step.</summary>
internal sealed class EngineStore(DataDirectory data)
{
    private const string Unfinished = ".new-";
    private static readonly string FileName = OperatingSystem.IsWindows() ? "gowa.exe" : "gowa";

    private readonly string _root = data.Subdirectory("engines");

    /// <summary>Full path of a version's binary; null if it is not installed.</summary>
    public string? Find(string version) => File.Exists(PathOf(version)) ? PathOf(version) : null;

    /// <summary>All versions that are installed, the newest first.</summary>
    public IReadOnlyList<string> Versions() =>
    [
        .. Directory.EnumerateDirectories(_root).Select(Path.GetFileName)
            .Select(name => EngineVersion.TryParse(name, out var version) && Find($"{version}") is not null ? version : (EngineVersion?)null)
            .OfType<EngineVersion>().OrderDescending().Select(version => version.ToString()),
    ];

    /// <summary>A new file for an archive that is being fetched. To be deleted afterwards; <see cref="Clean"/> finds it otherwise.</summary>
    public FileStream CreateTemporary() => new(
        Path.Combine(_root, $"{Unfinished}{Guid.NewGuid():N}.zip"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);

    /// <summary>Unpacks the binary of an archive whose digest is known to be right.</summary>
    /// <exception cref="EngineArchiveException">The archive is refused; nothing of it stays.</exception>
    /// <exception cref="IOException">There is no room.</exception>
    public async Task InstallAsync(string version, string archive, CancellationToken cancellationToken)
    {
        var unfinished = new DataDirectory(Path.Combine(_root, $"{Unfinished}{Guid.NewGuid():N}"));
        try
        {
            await EngineArchiveFile.UnpackAsync(archive, unfinished.File(FileName), cancellationToken);
            if (Find(version) is null)
            {
                Delete(Path.Combine(_root, version));
                Directory.Move(unfinished.Path, Path.Combine(_root, version));
            }
        }
        finally
        {
            Delete(unfinished.Path);
        }
    }

    /// <summary>Removes versions that nobody needs any more. An engine that still runs keeps its file until it ends.</summary>
    public void RemoveExcept(IReadOnlyCollection<string> versions)
    {
        foreach (var version in Versions().Except(versions))
        {
            // Out of sight first: half a version must not be found.
            var gone = Path.Combine(_root, $"{Unfinished}{Guid.NewGuid():N}");
            Directory.Move(Path.Combine(_root, version), gone);
            Delete(gone);
        }
    }

    /// <summary>Removes what an earlier run of this host did not finish.</summary>
    public void Clean()
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(_root, $"{Unfinished}*").ToList())
        {
            if (File.Exists(entry))
            {
                File.Delete(entry);
            }
            else
            {
                Delete(entry);
            }
        }
    }

    private string PathOf(string version) => Path.Combine(_root, version, FileName);

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
