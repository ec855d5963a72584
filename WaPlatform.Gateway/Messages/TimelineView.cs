using WaPlatform.Contracts;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Gateway.Messages;

/// <summary>The way of a message, hop by hop.</summary>
/// <param name="Steps">Oldest first.</param>
internal sealed record TimelineView(Guid Id, MessageStatus Status, IReadOnlyList<MessageStep> Steps)
{
    /// <param name="deliveries">Of events that tell of the message.</param>
    public static TimelineView From(Message message, IEnumerable<WebhookDelivery> deliveries) =>
        new(message.Id, message.Status, [.. Timeline.Read(message).Concat(deliveries.Select(Step)).OrderBy(step => step.At)]);

    private static MessageStep Step(WebhookDelivery delivery) => new(
        delivery.LastAttemptAt ?? delivery.CreatedAt, MessageHop.Webhook, delivery.Attempts, WireJson.NameOf(delivery.Status),
        $"{delivery.WebhookId}: {delivery.Error ?? $"answered {delivery.ResponseStatus}"}");
}
