using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Database;

namespace WaPlatform.Jobs.Backups.Restore;

/// <summary>Prepares the restore of a whole platform, up to the point at which it only has to be put into place. Changes nothing of the platform.</summary>
internal sealed class RestoreStager(PlatformDatabase database, RestorePlace place, TimeProvider timeProvider)
{
    /// <summary>Extracts an archive that was checked, brings its database to this version's schema and <see cref="RestoredRows">amends</see> it. Faults: BACKUP_CORRUPT, BACKUP_UNAVAILABLE, RESTORE_REFUSED.</summary>
    /// <param name="backup">Its id; null for one from elsewhere.</param>
    public async Task<PendingRestore> StageAsync(string archive, string? passphrase, BackupManifest manifest, string? backup, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetUtcNow();
        var directory = place.Begin();
        ScratchRestore? scratch = null;
        try
        {
            ScratchRestore.EnsureFits(manifest, database, directory);
            scratch = await ScratchRestore.MakeAsync(archive, passphrase, manifest, database, directory, device: null, cancellationToken);
            await Task.Run(scratch.CheckSessions, cancellationToken);
            await scratch.MigrateAsync(timeProvider, cancellationToken);
            await using (var db = scratch.Database.Open())
            {
                await RestoredRows.AmendAsync(db, timeProvider, cancellationToken);
            }

            await scratch.Database.CloseAsync(cancellationToken);
            var pending = new PendingRestore(backup, startedAt, [.. Swaps(scratch)]);
            await pending.SaveAsync(place, cancellationToken);
            return pending;
        }
        catch
        {
            if (scratch is not null)
            {
                await scratch.DisposeAsync();
            }

            place.Clear();
            throw;
        }
    }

    private IEnumerable<Swap> Swaps(ScratchRestore scratch)
    {
        // Also where the archive has none: the sessions that are there are those of another state of the platform.
        Directory.CreateDirectory(scratch.SessionsDirectory);
        yield return new FileSwap(scratch.SessionsDirectory, place.Target("sessions"));
        if (Directory.Exists(scratch.ConfigDirectory))
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(scratch.ConfigDirectory))
            {
                yield return new FileSwap(entry, place.Target(Path.GetFileName(entry)));
            }
        }

        if (Directory.Exists(scratch.MediaDirectory))
        {
            yield return new MediaMerge(scratch.MediaDirectory, place.MediaDirectory);
        }

        foreach (var swap in scratch.Database.Swaps)
        {
            yield return swap;
        }
    }
}
