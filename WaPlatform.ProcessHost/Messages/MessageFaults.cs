using Microsoft.EntityFrameworkCore;

namespace WaPlatform.ProcessHost.Messages;

internal static class MessageFaults
{
    /// <summary>The database was not there, or did not take it: worth another try.</summary>
    public static bool IsStorageFailure(Exception exception) => exception is DbUpdateException or System.Data.Common.DbException or InvalidOperationException;
}
