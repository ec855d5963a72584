using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Cleanup;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.ProcessHost.Cleanup;

/// <summary>Removes from this host's data directory what engines left there. Safe while they run: they keep none of these files open (gowa contract §3.1).</summary>
internal sealed class EngineFiles(DataDirectory data, IOptions<EngineFilesOptions> options, TimeProvider timeProvider)
{
    /// <summary>Cleans once, or tells what would go.</summary>
    /// <param name="isOwned">Whether a number's owner is here: the newest file of its output is open then.</param>
    public IReadOnlyList<CleanupPart> Clean(string host, Func<string, bool> isOwned, bool dryRun)
    {
        var (settings, now) = (options.Value, timeProvider.GetUtcNow());
        var sessions = data.File("sessions");
        var found = Files(sessions).Select(file => (File: file, Kind: KindOf(sessions, file.Path))).ToList();
        return
        [
            Remove("engine.media", FilePlan.Choose(found.Where(one => one.Kind == EngineLeftOver.Media).Select(one => one.File), settings.KeepMedia, settings.MaxMediaBytes, now)),
            Remove(
                "engine.left_overs",
                FilePlan.Choose(found.Where(one => one.Kind == EngineLeftOver.Temporary).Select(one => one.File).Concat(Files(data.File("tmp"))), settings.KeepLeftOvers, settings.MaxLeftOverBytes, now)),
            Remove("engine.output", FilePlan.Choose(Files(data.File("logs")).Where(file => !IsOpen(file.Path)), settings.KeepOutput, settings.MaxOutputBytes, now)),
        ];

        bool IsOpen(string path) => path.EndsWith(".log", StringComparison.Ordinal) && isOwned(Path.GetFileNameWithoutExtension(path));

        CleanupPart Remove(string name, IEnumerable<OldFile> files)
        {
            var (items, bytes) = (0L, 0L);
            string? error = null;
            foreach (var file in files)
            {
                try
                {
                    if (!dryRun)
                    {
                        File.Delete(file.Path);
                    }

                    (items, bytes) = (items + 1, bytes + file.Size);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    error = exception.Message;
                }
            }

            return new CleanupPart(name, host, items, bytes, error);
        }
    }

    private static List<OldFile> Files(string directory)
    {
        // Folders that link elsewhere are not ours.
        var search = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        return Directory.Exists(directory)
            ? [.. new DirectoryInfo(directory).EnumerateFiles("*", search).Select(file => new OldFile(file.FullName, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)))]
            : [];
    }

    // sessions/{phone}/…
    private static EngineLeftOver KindOf(string sessions, string path)
    {
        var parts = Path.GetRelativePath(sessions, path).Replace('\\', '/').Split('/', 2);
        return parts.Length == 2 ? EngineLeftOvers.Of(parts[1]) : EngineLeftOver.None;
    }
}
