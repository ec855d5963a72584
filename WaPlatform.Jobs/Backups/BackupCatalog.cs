using System.Text.Json;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Jobs.Backups;

/// <summary>
/// The backups that there are: a directory with their archives, and a note beside each. Not the database: a restore would put an older list in the place of this one.
/// </summary>
internal sealed class BackupCatalog
{
    private const string NoteEnding = ".json";
    private const string ScratchPrefix = "work-";

    private readonly string _directory;

    public BackupCatalog(IOptions<BackupOptions> options, DataDirectory data) : this(DirectoryOf(options.Value, data))
    {
    }

    internal BackupCatalog(string directory) => _directory = directory;

    public static string DirectoryOf(BackupOptions options, DataDirectory data) => options.Directory is { Length: > 0 } directory ? Path.GetFullPath(directory) : data.File("backups");

    /// <summary>All backups, newest first.</summary>
    public async Task<IReadOnlyList<BackupView>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = Directory.Exists(_directory)
            ? Directory.EnumerateFiles(_directory).Select(file => Path.GetFileName(file)).Select(name => BackupFile.IdOf(name) ?? (name.EndsWith(NoteEnding, StringComparison.Ordinal) ? name[..^NoteEnding.Length] : null))
                .Where(BackupFile.IsId).Distinct().OrderDescending(StringComparer.Ordinal).ToList()
            : [];
        var views = new List<BackupView>(ids.Count);
        foreach (var id in ids)
        {
            if (await FindAsync(id!, cancellationToken) is { } view)
            {
                views.Add(view);
            }
        }

        return views;
    }

    /// <summary>Null if there is no such backup.</summary>
    public async Task<BackupView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!BackupFile.IsId(id))
        {
            return null;
        }

        var archive = FindArchive(id);
        var noted = await ReadNoteAsync(id, cancellationToken);
        return noted switch
        {
            // Whoever removes an archive need not know of the note.
            { State: BackupState.Completed } when archive is null => null,
            not null => noted,
            _ when archive is not null => new BackupView(
                id, BackupState.Completed, BackupTrigger.Import, BackupFile.TimeOf(id), null, new FileInfo(archive).Length, archive.EndsWith(BackupFile.Encrypted, StringComparison.Ordinal),
                null, null, null, null, null),
            _ => null,
        };
    }

    /// <exception cref="PlatformException">BACKUP_NOT_FOUND.</exception>
    public async Task<BackupView> GetAsync(string id, CancellationToken cancellationToken) => await FindAsync(id, cancellationToken) ?? throw NotFound(id);

    /// <summary>Full path of a complete archive.</summary>
    /// <exception cref="PlatformException">BACKUP_NOT_FOUND.</exception>
    public string Archive(string id) => (BackupFile.IsId(id) ? FindArchive(id) : null) ?? throw NotFound(id);

    /// <summary>Full path of an archive to be.</summary>
    public string NewArchive(string id, bool encrypted) => Path.Combine(_directory, id + (encrypted ? BackupFile.Encrypted : BackupFile.Plain));

    public Task SaveAsync(BackupView view, CancellationToken cancellationToken)
    {
        _ = new DataDirectory(_directory);
        return PrivateFile.WriteAsync(Note(view.Id), JsonSerializer.SerializeToUtf8Bytes(view, WireJson.Options), cancellationToken);
    }

    /// <summary>An empty directory beside the archives, for what is under way; removed by its user.</summary>
    public string NewScratch(string id)
    {
        var scratch = Path.Combine(_directory, ScratchPrefix + id);
        RemoveScratch(scratch);
        return new DataDirectory(scratch).Path;
    }

    public static void RemoveScratch(string scratch)
    {
        if (Directory.Exists(scratch))
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Notes what a process left that ended in the middle: nothing of it is under way any more.</summary>
    public async Task CleanUpAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_directory))
        {
            return;
        }

        foreach (var scratch in Directory.EnumerateDirectories(_directory, $"{ScratchPrefix}*"))
        {
            RemoveScratch(scratch);
        }

        var interrupted = new BackupError(ErrorCodes.Name(ErrorCode.BackupUnavailable), "The platform ended in the middle of it.");
        foreach (var view in await ListAsync(cancellationToken))
        {
            if (view.State == BackupState.Running)
            {
                await SaveAsync(view with { State = BackupState.Failed, Error = interrupted }, cancellationToken);
            }
            else if (view.Operation is { State: BackupOperationState.Running } operation)
            {
                await SaveAsync(view with { Operation = operation with { State = BackupOperationState.Failed, FinishedAt = now, Error = interrupted } }, cancellationToken);
            }
        }
    }

    /// <summary>Removes a backup; returns the bytes that this freed.</summary>
    public long Remove(string id)
    {
        var archive = FindArchive(id);
        var size = archive is null ? 0 : new FileInfo(archive).Length;
        if (archive is not null)
        {
            File.Delete(archive);
        }

        File.Delete(Note(id));
        return size;
    }

    private static PlatformException NotFound(string id) => new(ErrorCode.BackupNotFound, $"There is no backup {(BackupFile.IsId(id) ? id : "with that id")}.");

    private string? FindArchive(string id) => new[] { NewArchive(id, encrypted: false), NewArchive(id, encrypted: true) }.FirstOrDefault(File.Exists);

    private string Note(string id) => Path.Combine(_directory, id + NoteEnding);

    private async Task<BackupView?> ReadNoteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupView>(await File.ReadAllBytesAsync(Note(id), cancellationToken), WireJson.Options) is { } view && view.Id == id ? view : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            // Without it the archive speaks for itself.
            return null;
        }
    }
}
