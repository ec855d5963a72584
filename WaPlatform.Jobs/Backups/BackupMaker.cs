using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Hosts;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Database;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Jobs.Backups;

/// <summary>
/// Makes one archive of a running platform. Sessions come before the database, which is thereby the newest part: whatever a session has done until its copy, the
/// database knows of.
/// </summary>
internal sealed partial class BackupMaker(
    PlatformDatabase database, HostSessions hosts, BackupCatalog catalog, MediaStore media, DataDirectory data, IOptions<BackupOptions> options, TimeProvider timeProvider, ILogger<BackupMaker> logger)
{
    private static readonly string[] ConfigFiles = ["jwt-secret", "admin-password", "host.json"];

    // Pieces that a host sends ahead; they are in memory on both sides.
    private const int PartsAtOnce = 4;

    /// <summary>Whether what it makes is encrypted.</summary>
    public bool Encrypts => options.Value.Passphrase.Length > 0;

    /// <summary>Makes the archive that a backup stands for, and tells what is in it.</summary>
    /// <exception cref="PlatformException">BACKUP_UNAVAILABLE.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public async Task<BackupView> MakeAsync(BackupView backup, CancellationToken cancellationToken)
    {
        var scratch = catalog.NewScratch(backup.Id);
        try
        {
            await using var archive = new ArchiveWriter(catalog.NewArchive(backup.Id, Encrypts), scratch, Encrypts ? options.Value.Passphrase : null);
            var sessions = await AddSessionsAsync(archive, scratch, await hosts.HomesAsync(cancellationToken), cancellationToken);
            var facts = await database.CopyAsync(archive, scratch, cancellationToken);

            // Numbers that were registered or came back meanwhile.
            sessions.UnionWith(await AddSessionsAsync(archive, scratch, facts.Homes.Where(device => !sessions.Contains(device.Key)).ToDictionary(), cancellationToken));
            await AddConfigurationAsync(archive, cancellationToken);
            var files = await AddMediaAsync(archive, facts.MediaKeys, cancellationToken);

            var content = new BackupContent(facts.Rows, sessions.Count, files, hosts.KeepFiles ? [.. facts.Paired.Except(sessions).Order(StringComparer.Ordinal)] : []);
            var size = await archive.CompleteAsync(
                new BackupManifest(BackupManifest.CurrentFormat, backup.Id, Version, backup.CreatedAt, database.Provider, facts.Migration, content, archive.Members), cancellationToken);
            return backup with { State = BackupState.Completed, CompletedAt = timeProvider.GetUtcNow(), SizeBytes = size, Content = content };
        }
        finally
        {
            BackupCatalog.RemoveScratch(scratch);
        }
    }

    private static string Version => typeof(BackupMaker).Assembly.GetName().Version?.ToString(3) ?? "";

    private async Task<HashSet<string>> AddSessionsAsync(ArchiveWriter archive, string scratch, IReadOnlyDictionary<string, string?> homes, CancellationToken cancellationToken)
    {
        var added = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (phoneNumber, host) in homes.Count > 0 ? await hosts.FindAsync(homes, cancellationToken) : new Dictionary<string, IHostGrain>())
        {
            // All of it or nothing: of one that breaks off in the middle nothing is in the archive yet, and it may be asked for once more.
            var home = new DataDirectory(Path.Combine(scratch, "session"));
            try
            {
                if (await FetchAsync(host, phoneNumber, home.Path, cancellationToken) is not { } files)
                {
                    continue;
                }

                foreach (var file in files)
                {
                    await archive.AddFileAsync(ArchiveName.Session(phoneNumber, file), Path.Combine(home.Path, Path.GetFileName(file)), cancellationToken);
                }

                added.Add(phoneNumber);
            }
            finally
            {
                BackupCatalog.RemoveScratch(home.Path);
            }
        }

        return added;
    }

    // The names of its files, which are in the directory then; null if it can't be had.
    private async Task<IReadOnlyList<string>?> FetchAsync(IHostGrain host, string phoneNumber, string directory, CancellationToken cancellationToken)
    {
        try
        {
            var files = new List<string>();
            await using var parts = host.ReadSessionAsync(phoneNumber).WithBatchSize(PartsAtOnce).GetAsyncEnumerator(cancellationToken);
            for (var more = await parts.MoveNextAsync(); more;)
            {
                var file = parts.Current.File;
                await using var content = new SessionPartStream(parts);
                await using var target = ArchiveName.IsSessionFile(file) ? PrivateFile.Create(Path.Combine(directory, Path.GetFileName(file))) : Stream.Null;
                await content.CopyToAsync(target, cancellationToken);
                files.AddRange(target is FileStream ? [file] : []);
                more = content.HasNext;
            }

            return files.Contains(ArchiveName.SessionKeys) ? files : throw new PlatformException(ErrorCode.BackupUnavailable, $"It has no {ArchiveName.SessionKeys}.");
        }
        catch (Exception exception) when (exception is not IOException && !cancellationToken.IsCancellationRequested)
        {
            // By design: its host went away, or it is damaged. The others are still worth having, and the backup says that it lacks this one.
            Log.NotCopied(logger, PhoneNumber.Parse(phoneNumber).Masked, exception.Message);
            return null;
        }
    }

    private async Task AddConfigurationAsync(ArchiveWriter archive, CancellationToken cancellationToken)
    {
        var keys = data.File("keys");
        foreach (var file in ConfigFiles.Concat(Directory.Exists(keys) ? Directory.EnumerateFiles(keys, "*.xml").Select(path => $"keys/{Path.GetFileName(path)}") : []))
        {
            if (File.Exists(data.File(file.Split('/'))) && ArchiveName.IsKnown(ArchiveName.Config(file)))
            {
                await archive.AddFileAsync(ArchiveName.Config(file), data.File(file.Split('/')), cancellationToken);
            }
        }
    }

    // Those that are kept in the database are in its copy.
    private async Task<int> AddMediaAsync(ArchiveWriter archive, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var key in media is DirectoryMediaStore ? keys : [])
        {
            try
            {
                await using var content = await media.OpenAsync(key, cancellationToken);
                await archive.AddAsync(ArchiveName.Media(key), content, cancellationToken);
                added++;
            }
            catch (FileNotFoundException)
            {
                // Its message has been sent since.
            }
        }

        return added;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The session of {Phone} could not be copied. {Reason}")]
        public static partial void NotCopied(ILogger logger, string phone, string reason);
    }
}
