using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Jobs.Backups;

/// <summary>What a failure of a backup operation means to who asked for it.</summary>
internal static class BackupFaults
{
    public static BackupError From(Exception exception)
    {
        var refusal = Refusal(exception);
        return new BackupError(ErrorCodes.Name(refusal.Code), refusal.Detail);
    }

    public static PlatformException Refusal(Exception exception) => exception switch
    {
        PlatformException refusal => refusal,
        OperationCanceledException => new PlatformException(ErrorCode.BackupUnavailable, "The platform is stopping."),
        _ => new PlatformException(ErrorCode.BackupUnavailable, exception.Message),
    };
}
