using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Devices;
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
    /// <exception cref="Contracts.Faults.PlatformException">BACKUP_UNAVAILABLE.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public async Task<BackupView> MakeAsync(BackupView backup, CancellationToken cancellationToken)
    {
        var scratch = catalog.NewScratch(backup.Id);
        try
        {
            await using var archive = new ArchiveWriter(catalog.NewArchive(backup.Id, Encrypts), scratch, Encrypts ? options.Value.Passphrase : null);
            var sessions = await AddSessionsAsync(archive, await hosts.HomesAsync(cancellationToken), cancellationToken);
            var facts = await database.CopyAsync(archive, scratch, cancellationToken);

            // Numbers that were registered or came back meanwhile.
            sessions.UnionWith(await AddSessionsAsync(archive, facts.Homes.Where(device => !sessions.Contains(device.Key)).ToDictionary(), cancellationToken));
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

    private async Task<HashSet<string>> AddSessionsAsync(ArchiveWriter archive, IReadOnlyDictionary<string, string?> homes, CancellationToken cancellationToken)
    {
        var added = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (phoneNumber, host) in homes.Count > 0 ? await hosts.FindAsync(homes, cancellationToken) : new Dictionary<string, IHostGrain>())
        {
            try
            {
                await AddSessionAsync(archive, phoneNumber, host, cancellationToken);
                added.Add(phoneNumber);
            }
            catch (Exception exception) when (exception is not (IOException or OperationCanceledException))
            {
                // By design: its host went away, or it is damaged. The others are still worth having, and the backup says that it lacks this one.
                Log.NotCopied(logger, PhoneNumber.Parse(phoneNumber).Masked, exception.Message);
            }
        }

        return added;
    }

    private static async Task AddSessionAsync(ArchiveWriter archive, string phoneNumber, IHostGrain host, CancellationToken cancellationToken)
    {
        await using var parts = host.ReadSessionAsync(phoneNumber).WithBatchSize(PartsAtOnce).GetAsyncEnumerator(cancellationToken);
        for (var more = await parts.MoveNextAsync(); more;)
        {
            var file = parts.Current.File;
            await using var content = new SessionPartStream(parts);
            await archive.AddAsync(ArchiveName.Session(phoneNumber, file), content, cancellationToken);
            more = content.HasNext;
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
