using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;

namespace WaPlatform.Gateway.Messages;

/// <summary>The way of a message, hop by hop.</summary>
/// <param name="Steps">Oldest first.</param>
internal sealed record TimelineView(Guid Id, MessageStatus Status, IReadOnlyList<MessageStep> Steps)
{
    public static TimelineView From(Message message) => new(message.Id, message.Status, Timeline.Read(message));
}
