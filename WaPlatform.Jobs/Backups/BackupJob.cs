using Hangfire;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Schedule;

namespace WaPlatform.Jobs.Backups;

/// <summary>Has backups and drills made by the clock, and waits for their outcome.</summary>
internal sealed class BackupJob(IGrainFactory grains, TimeProvider timeProvider)
{
    /// <summary>Its names in the schedule.</summary>
    public const string BackupId = "backup";
    public const string DrillId = "drill";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private IBackupGrain Backups => grains.GetGrain<IBackupGrain>(0);

    /// <summary>Makes a backup; returns which.</summary>
    /// <exception cref="PlatformException">Another backup operation is under way (BACKUP_BUSY).</exception>
    /// <exception cref="JobFailedException">It could not be made.</exception>
    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    public async Task<string> BackUpAsync(CancellationToken cancellationToken)
    {
        var begun = await Backups.CreateAsync(BackupTrigger.Schedule).WaitAsync(cancellationToken);
        var made = await WaitAsync(begun.Id, backup => backup.State == BackupState.Running, cancellationToken);
        return made.State == BackupState.Completed ? $"{made.Id}, bytes: {made.SizeBytes}." : throw Failed(made.Error);
    }

    /// <summary>Proves the newest backup; returns which.</summary>
    /// <exception cref="PlatformException">Another backup operation is under way (BACKUP_BUSY).</exception>
    /// <exception cref="JobFailedException">It could not be restored, or is not what it should be.</exception>
    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    public async Task<string> DrillAsync(CancellationToken cancellationToken)
    {
        if (await Backups.DrillAsync().WaitAsync(cancellationToken) is not { } begun)
        {
            return "There is no backup yet.";
        }

        var done = await WaitAsync(begun.Id, backup => backup.Operation is { Kind: BackupOperationKind.Drill, State: BackupOperationState.Running }, cancellationToken);
        return done switch
        {
            { Operation: { Kind: BackupOperationKind.Drill, State: BackupOperationState.Failed, Error: var error } } => throw Failed(error),
            { Drill: { Succeeded: true } drill } => $"{done.Id}, restored in {drill.DurationMs} ms.",
            _ => throw Failed(done.Drill?.Error),
        };
    }

    private async Task<BackupView> WaitAsync(string id, Func<BackupView, bool> isUnderWay, CancellationToken cancellationToken)
    {
        while (true)
        {
            var backup = await Backups.GetAsync(id).WaitAsync(cancellationToken);
            if (!isUnderWay(backup))
            {
                return backup;
            }

            await Task.Delay(Pause, timeProvider, cancellationToken);
        }
    }

    private static JobFailedException Failed(BackupError? error) => new(error is null ? "What was restored is not what the archive should hold." : $"{error.Code}: {error.Detail}");
}
