using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Database;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Jobs.Backups.Restore;

/// <summary>
/// Restores a platform that does not run. For who holds its data directory: the command <c>restore</c>, and the start of a platform that stopped for a restore.
/// </summary>
public static class PlatformRestore
{
    /// <summary>Restores an archive: checks all of it, prepares everything, and puts it into place. Returns what is to be said about it.</summary>
    /// <param name="passphrase">Null = the configured one.</param>
    /// <exception cref="PlatformException">It can't be restored; nothing was changed.</exception>
    public static async Task<string> RunAsync(
        IConfiguration configuration, DataDirectory data, string archive, string? passphrase, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            var options = Options(configuration);
            var (place, key) = (RestorePlace.From(configuration, data), passphrase ?? options.Passphrase);
            var manifest = await ArchiveReader.CheckAsync(archive, key, cancellationToken);
            var database = PlatformDatabase.From(configuration, options);
            if (await database.IsInUseAsync(cancellationToken))
            {
                throw new PlatformException(ErrorCode.RestoreRefused, "Hosts are running on the database. Stop all services first; one that was killed is gone when its lease has run out (10 s). Nothing was changed.");
            }

            var pending = await new RestoreStager(database, place, timeProvider).StageAsync(archive, key, manifest, backup: null, cancellationToken);
            await pending.ApplyAsync(place, configuration, options, cancellationToken);
            return Describe(manifest, pending, place);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            throw BackupFaults.Refusal(exception);
        }
    }

    /// <summary>Puts a restore into place that waits for it, or was broken off. Null if there is none; else what is to be said about it.</summary>
    public static async Task<string?> ApplyPendingAsync(IConfiguration configuration, DataDirectory data, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(data);
        var (options, place) = (Options(configuration), RestorePlace.From(configuration, data));
        if (await PendingRestore.FindAsync(place, cancellationToken) is not { } pending)
        {
            return null;
        }

        BackupError? error = null;
        try
        {
            await pending.ApplyAsync(place, configuration, options, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // By design whatever it is: everything is as it was, and the platform can go on with that.
            error = BackupFaults.From(exception);
        }

        await NoteAsync(new BackupCatalog(BackupCatalog.DirectoryOf(options, data)), pending, timeProvider.GetUtcNow(), error, cancellationToken);
        return error is null ? $"Restored backup {pending.Backup}. What was there before is kept in {place.Aside}." : $"Backup {pending.Backup} could not be restored, and everything is as before: {error.Detail}";
    }

    private static async Task NoteAsync(BackupCatalog catalog, PendingRestore pending, DateTimeOffset now, BackupError? error, CancellationToken cancellationToken)
    {
        if (pending.Backup is { } id && await catalog.FindAsync(id, cancellationToken) is { } view)
        {
            var state = error is null ? BackupOperationState.Completed : BackupOperationState.Failed;
            await catalog.SaveAsync(view with { Operation = new BackupOperation(BackupOperationKind.Restore, state, pending.StartedAt, now, null, error) }, cancellationToken);
        }
    }

    private static string Describe(BackupManifest manifest, PendingRestore pending, RestorePlace place) =>
        $"Restored backup {manifest.Id} of {manifest.CreatedAt:u}: {manifest.Content.Rows.GetValueOrDefault("devices")} devices, {manifest.Content.Rows.GetValueOrDefault("messages")} messages, "
        + $"{manifest.Content.Sessions} session directories. Messages that waited then are uncertain now. What was there before is kept in {place.Aside}"
        + string.Concat(pending.Swaps.OfType<DatabaseSwap>().Select(swap => $" and in database {swap.Aside}")) + ".";

    private static BackupOptions Options(IConfiguration configuration)
    {
        var options = configuration.GetSection(BackupOptions.SectionName).Get<BackupOptions>() ?? new BackupOptions();
        BackupOptions.ApplyOriginalNames(options, configuration);
        return options;
    }
}
