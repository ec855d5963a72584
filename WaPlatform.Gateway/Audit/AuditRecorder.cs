using WaPlatform.Data;
using WaPlatform.Data.Audit;

namespace WaPlatform.Gateway.Audit;

/// <summary>Writes an entry of each act, before its answer leaves.</summary>
internal sealed partial class AuditRecorder(GroupCommit writes, AuditMetrics metrics, TimeProvider timeProvider, ILogger<AuditRecorder> logger)
{
    // An answer waits for its entry, but not for a database that is away.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public AuditedAct Begin(HttpContext context, RouteEndpoint endpoint) => new(context, endpoint, this);

    public DateTimeOffset Now => timeProvider.GetDatabaseTime();

    public async Task WriteAsync(AuditEntry entry)
    {
        try
        {
            await writes.RunAsync(async db =>
            {
                await db.AppendAsync(entry, CancellationToken.None);
                return entry.Id;
            }, last: true).WaitAsync(Patience, timeProvider);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The act is done, and its answer is true: to refuse it now would be a lie. What the entry would have said is in the log.
            metrics.Lost();
            Log.Lost(logger, entry.Actor, entry.Action, entry.Address, entry.Status, entry.TraceId, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The audit could not take an entry ({Cause}): {Actor} did {Action} from {Address}, answered {Status}, trace {TraceId}.")]
        public static partial void Lost(ILogger logger, string? actor, string action, string? address, int status, string? traceId, string cause);
    }
}
