using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Messages;

namespace WaPlatform.Data.Messages;

/// <summary>The form in which a message's row keeps its hops: one JSON object a line, so that a step is added by appending.</summary>
public static class Timeline
{
    /// <summary>The line of one step, to be appended.</summary>
    public static string Line(MessageStep step) => JsonSerializer.Serialize(step, WireJson.Options) + "\n";

    /// <summary>All hops of a message, oldest first.</summary>
    public static IReadOnlyList<MessageStep> Read(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var first = new MessageStep(message.CreatedAt, MessageHop.Accepted);
        var next = message.ScheduledAt is { } at ? new MessageStep(message.CreatedAt, MessageHop.Scheduled, Detail: $"for {at:O}") : new MessageStep(message.CreatedAt, MessageHop.Queued);
        return [first, next, .. message.Timeline.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<MessageStep>(line, WireJson.Options)!)];
    }
}
