using System.Diagnostics;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Database;
using WaPlatform.Jobs.Backups.Restore;

namespace WaPlatform.Jobs.Backups;

/// <summary>Restores a backup into a scratch place, counts what is there, and removes it: a backup that nobody has restored is a hope.</summary>
internal sealed class BackupDrill(PlatformDatabase database, BackupCatalog catalog, IOptions<BackupOptions> options, TimeProvider timeProvider)
{
    /// <summary>Never throws for what the backup is to blame for: that is the report.</summary>
    public async Task<DrillReport> RunAsync(string id, CancellationToken cancellationToken)
    {
        var at = timeProvider.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        var (expected, found) = ((IReadOnlyDictionary<string, long>)new Dictionary<string, long>(), (IReadOnlyDictionary<string, long>)new Dictionary<string, long>());
        var sessions = 0;
        BackupError? error = null;
        var directory = catalog.NewScratch(id);
        try
        {
            var (archive, passphrase) = (catalog.Archive(id), options.Value.Passphrase);
            var manifest = await ArchiveReader.CheckAsync(archive, passphrase, cancellationToken);
            expected = manifest.Content.Rows;
            ScratchRestore.EnsureFits(manifest, database, directory);
            await using var scratch = await ScratchRestore.MakeAsync(archive, passphrase, manifest, database, directory, device: null, cancellationToken);
            sessions = await Task.Run(scratch.CheckSessions, cancellationToken);
            await using (var db = scratch.Database.Open())
            {
                found = await DatabaseFacts.CountAsync(db, expected.Keys, cancellationToken);
            }

            await scratch.MigrateAsync(timeProvider, cancellationToken);
            error = Differences(expected, found) is { Length: > 0 } differences ? new BackupError(ErrorCodes.Name(ErrorCode.BackupCorrupt), $"Restored rows differ from the manifest: {differences}.") : null;
        }
        catch (PlatformException refused)
        {
            error = new BackupError(ErrorCodes.Name(refused.Code), refused.Detail);
        }
        finally
        {
            BackupCatalog.RemoveScratch(directory);
        }

        return new DrillReport(at, error is null, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, expected, found, sessions, error);
    }

    internal static string Differences(IReadOnlyDictionary<string, long> expected, IReadOnlyDictionary<string, long> found) => string.Join(
        ", ", expected.Where(table => found.GetValueOrDefault(table.Key, -1) != table.Value).Select(table => $"{table.Key} {found.GetValueOrDefault(table.Key, -1)} instead of {table.Value}"));
}
