using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Restore;

namespace WaPlatform.Jobs.Backups;

/// <summary>Does one thing at a time with backups, in the background, and notes beside the archive how it goes.</summary>
internal sealed partial class BackupDesk(
    BackupCatalog catalog, BackupMaker maker, BackupDrill drill, RestoreStager stager, DeviceRestore deviceRestore, IServiceProvider services, IHostApplicationLifetime lifetime,
    IOptions<BackupOptions> options, TimeProvider timeProvider, ILogger<BackupDesk> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turn = new(1);
    private Task _work = Task.CompletedTask;

    public DeviceRestore DeviceRestore => deviceRestore;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await catalog.CleanUpAsync(timeProvider.GetUtcNow(), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A disk that is away must not keep the platform down; whoever asks for backups is told.
            Log.NoDirectory(logger, exception.Message);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) =>
        await _work.WaitAsync(StopPatience, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose() => _turn.Dispose();

    /// <summary>Begins a backup.</summary>
    public async Task<BackupView> CreateAsync(BackupTrigger trigger, CancellationToken cancellationToken)
    {
        await TakeTurnAsync();
        var now = timeProvider.GetDatabaseTime();
        var backup = new BackupView(BackupFile.NewId(now), BackupState.Running, trigger, now, null, null, maker.Encrypts, null, null, null, null, null);
        await StartAsync(backup, CreateAsync, cancellationToken);
        return backup;
    }

    /// <summary>Reads and checks all of an archive. The task ends with that.</summary>
    public async Task<Task> VerifyAsync(string id, string? passphrase, CancellationToken cancellationToken) =>
        await OperateAsync(id, BackupOperationKind.Verify, null, async (backup, stopping) =>
        {
            await ArchiveReader.CheckAsync(catalog.Archive(id), passphrase ?? options.Value.Passphrase, stopping);
            return backup with { VerifiedAt = timeProvider.GetUtcNow() };
        }, cancellationToken);

    /// <summary>Begins to restore. The task ends once it is sure that the archive can be restored, or with what is wrong.</summary>
    public async Task<Task> RestoreAsync(string id, string? device, string? passphrase, CancellationToken cancellationToken)
    {
        var restart = services.GetService<RestartRequest>();
        if (device is null && restart is null)
        {
            throw new PlatformException(
                ErrorCode.RestoreRefused, "A platform of several services is restored as a whole while they are stopped: docs/backup.md. A single device can be restored now.");
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = await OperateAsync(id, BackupOperationKind.Restore, device, async (backup, stopping) =>
        {
            var (archive, key) = (catalog.Archive(id), passphrase ?? options.Value.Passphrase);
            var manifest = await ArchiveReader.CheckAsync(archive, key, stopping);
            if (device is not null)
            {
                await deviceRestore.RunAsync(archive, key, manifest, catalog.NewScratch(id), device, ready, stopping);
                return backup;
            }

            await stager.StageAsync(archive, key, manifest, id, stopping);
            Log.Restarting(logger, id);
            ready.TrySetResult();

            // Who asked for it gets an answer first.
            await Task.Delay(RestartDelay, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            restart!.Make();
            return backup;
        }, cancellationToken);
        return Task.WhenAny(ready.Task, work).Unwrap();
    }

    /// <summary>Begins a drill with the newest backup; null if there is none.</summary>
    public async Task<BackupView?> DrillAsync(CancellationToken cancellationToken)
    {
        if ((await catalog.ListAsync(cancellationToken)).FirstOrDefault(backup => backup.State == BackupState.Completed) is not { } newest)
        {
            return null;
        }

        await OperateAsync(newest.Id, BackupOperationKind.Drill, null, async (backup, stopping) =>
        {
            var report = await drill.RunAsync(backup.Id, stopping);
            Log.Drilled(logger, backup.Id, report.Succeeded, report.DurationMs, report.Error?.Detail);
            return backup with { Drill = report };
        }, cancellationToken);
        return await catalog.GetAsync(newest.Id, cancellationToken);
    }

    /// <summary>Removes backups that are past their time, or tells which would go.</summary>
    public async Task<(int Count, long Bytes)> PruneAsync(bool dryRun, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0, 0L);
        foreach (var backup in Retention.Choose(await catalog.ListAsync(cancellationToken), options.Value.Keep, options.Value.MaxAge, timeProvider.GetUtcNow()))
        {
            (count, bytes) = (count + 1, bytes + (dryRun ? backup.SizeBytes ?? 0 : catalog.Remove(backup.Id)));
        }

        return (count, bytes);
    }

    private async Task<BackupView> CreateAsync(BackupView backup, CancellationToken stopping)
    {
        try
        {
            var made = await maker.MakeAsync(backup, stopping);
            await catalog.SaveAsync(made, CancellationToken.None);
            Log.Made(logger, made.Id, made.SizeBytes ?? 0, made.Content!.Sessions, made.Content.MissingSessions.Count);
            await PruneAsync(dryRun: false, stopping);
            return made;
        }
        catch (Exception exception)
        {
            var error = BackupFaults.From(exception);
            Log.NotMade(logger, backup.Id, error.Detail);
            return backup with { State = BackupState.Failed, CompletedAt = timeProvider.GetUtcNow(), Error = error };
        }
    }

    private async Task<Task> OperateAsync(
        string id, BackupOperationKind kind, string? device, Func<BackupView, CancellationToken, Task<BackupView>> work, CancellationToken cancellationToken)
    {
        // Refused at once if it is not there, whoever is busy.
        catalog.Archive(id);
        await TakeTurnAsync();
        var operation = new BackupOperation(kind, BackupOperationState.Running, timeProvider.GetUtcNow(), null, device, null);
        Exception? failure = null;
        var running = await StartAsync((await catalog.GetAsync(id, cancellationToken)) with { Operation = operation }, async (backup, stopping) =>
        {
            try
            {
                var changed = await work(backup, stopping);
                return changed with { Operation = operation with { State = BackupOperationState.Completed, FinishedAt = timeProvider.GetUtcNow() } };
            }
            catch (Exception exception)
            {
                failure = exception;
                var error = BackupFaults.From(exception);
                Log.OperationFailed(logger, kind, id, error.Code, error.Detail);
                return backup with { Operation = operation with { State = BackupOperationState.Failed, FinishedAt = timeProvider.GetUtcNow(), Error = error } };
            }
        }, cancellationToken);
        return OutcomeAsync();

        async Task OutcomeAsync()
        {
            await running;
            if (failure is not null)
            {
                throw BackupFaults.Refusal(failure);
            }
        }
    }

    private async Task TakeTurnAsync()
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            throw new PlatformException(ErrorCode.BackupBusy, "Another backup, restore, verification or drill is under way; try again when it is over.") { RetryAfter = StopPatience };
        }
    }

    // With the turn in hand, which ends with the work.
    private async Task<Task> StartAsync(BackupView backup, Func<BackupView, CancellationToken, Task<BackupView>> work, CancellationToken cancellationToken)
    {
        try
        {
            await catalog.SaveAsync(backup, cancellationToken);
        }
        catch (Exception exception)
        {
            _turn.Release();
            throw BackupFaults.Refusal(exception);
        }

        var running = Task.Run(async () =>
        {
            try
            {
                await catalog.SaveAsync(await work(backup, lifetime.ApplicationStopping), CancellationToken.None);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Log.NoDirectory(logger, exception.Message);
            }
            finally
            {
                _turn.Release();
            }
        }, CancellationToken.None);
        _work = running;
        return running;
    }
}
