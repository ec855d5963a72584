using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Events;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Tells of a message's new status: clients, metrics, log.</summary>
internal sealed partial class MessageTeller(DeviceJournal journal, MessageMetrics metrics, ILogger logger)
{
    public void Tell(Message message)
    {
        metrics.Moved(message);
        journal.Append(EventTypes.MessageStatus, EventSource.Platform, message.ToView());
        Log.Moved(logger, message.Id, message.Status, message.Attempts);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Message {Id}: {Status} (attempts: {Attempts}).")]
        public static partial void Moved(ILogger logger, Guid id, MessageStatus status, int attempts);
    }
}
