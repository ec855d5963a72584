using System.Diagnostics;

namespace WaPlatform.Data.Messages;

/// <summary>
/// The trace that a message belongs to: that of the request which it came with. The queue, the engine's receipts and webhooks come later and from elsewhere, so
/// each takes it from the row.
/// </summary>
public static class MessageTrace
{
    /// <summary>Length of a W3C <c>traceparent</c>.</summary>
    public const int MaxLength = 55;

    /// <summary>The trace that this code runs in, as it is kept with a message; null if there is none.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { Length: MaxLength } id } ? id : null;

    /// <summary>Begins what is done for a message later, as a part of its trace. Null if nobody records it.</summary>
    /// <param name="name">For example <c>message.attempt</c>.</param>
    public static Activity? Begin(this ActivitySource source, string name, Message message, ActivityKind kind)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(message);

        // Without a parent of its own it would become part of whatever runs here now.
        var around = Activity.Current;
        Activity.Current = null;
        var activity = ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out var parent)
            ? source.StartActivity(name, kind, parent)
            : source.StartActivity(name, kind);
        if (activity is null)
        {
            Activity.Current = around;
        }

        return activity?.SetTag("wa.message.id", message.Id);
    }
}
