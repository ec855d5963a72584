using Hangfire;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Jobs.Backups;

/// <summary>Asks for backups and drills by the clock.</summary>
internal sealed partial class BackupJob(IGrainFactory grains, ILogger<BackupJob> logger)
{
    /// <summary>Its names in the schedule.</summary>
    public const string BackupId = "backup";
    public const string DrillId = "drill";

    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    public Task BackUpAsync(CancellationToken cancellationToken) => AskAsync(BackupId, desk => desk.CreateAsync(BackupTrigger.Schedule), cancellationToken);

    [DisableConcurrentExecution(timeoutInSeconds: 1), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    public Task DrillAsync(CancellationToken cancellationToken) => AskAsync(DrillId, desk => desk.DrillAsync(), cancellationToken);

    private async Task AskAsync(string job, Func<IBackupGrain, Task> ask, CancellationToken cancellationToken)
    {
        try
        {
            await ask(grains.GetGrain<IBackupGrain>(0)).WaitAsync(cancellationToken);
        }
        catch (PlatformException busy) when (busy.Code == ErrorCode.BackupBusy)
        {
            Log.Busy(logger, job);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The job {Job} is left out this time: another backup operation is under way.")]
        public static partial void Busy(ILogger logger, string job);
    }
}
