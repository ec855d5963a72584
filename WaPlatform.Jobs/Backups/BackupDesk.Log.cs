using WaPlatform.Contracts.Backups;

namespace WaPlatform.Jobs.Backups;

internal sealed partial class BackupDesk
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Made backup {Id}: {Bytes} bytes, {Sessions} sessions, {Missing} sessions missing.")]
        public static partial void Made(ILogger logger, string id, long bytes, int sessions, int missing);

        [LoggerMessage(2, LogLevel.Error, "Backup {Id} failed. {Reason}")]
        public static partial void NotMade(ILogger logger, string id, string reason);

        [LoggerMessage(3, LogLevel.Error, "{Operation} of backup {Id} failed: {Code}. {Reason}")]
        public static partial void OperationFailed(ILogger logger, BackupOperationKind operation, string id, string code, string reason);

        [LoggerMessage(4, LogLevel.Warning, "The platform stops, and begins anew with what backup {Id} has.")]
        public static partial void Restarting(ILogger logger, string id);

        [LoggerMessage(5, LogLevel.Information, "Drill with backup {Id}: succeeded {Succeeded}, {Milliseconds} ms. {Reason}")]
        public static partial void Drilled(ILogger logger, string id, bool succeeded, long milliseconds, string? reason);

        [LoggerMessage(6, LogLevel.Error, "The directory of backups can't be used. {Reason}")]
        public static partial void NoDirectory(ILogger logger, string reason);
    }
}
