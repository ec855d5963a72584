using WaPlatform.Contracts.Messages;

namespace WaPlatform.Data.Messages;

public static class MessageQueries
{
    /// <summary>
    /// Those that have no outcome yet. The few of them have indexes of their own, which SQLite takes only if the query has the index's very condition
    /// with its values written out: hence this, in every query for them, before any narrower condition.
    /// </summary>
    public static IQueryable<Message> Unsent(this IQueryable<Message> messages) =>
        messages.Where(m => m.Status == MessageStatus.Queued || m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Sending);

    /// <summary>Those that are not being sent yet; see <see cref="Unsent"/>.</summary>
    public static IQueryable<Message> Waiting(this IQueryable<Message> messages) =>
        messages.Unsent().Where(m => m.Status == MessageStatus.Queued || m.Status == MessageStatus.Scheduled);
}
