using WaPlatform.Contracts.Devices;

namespace WaPlatform.Gateway.Messages;

/// <summary>A device's outbound queue.</summary>
/// <param name="Pending">Waiting to be sent as soon as the limits allow.</param>
/// <param name="Scheduled">Waiting for their time.</param>
/// <param name="Paused">Held by hand: messages are accepted and not sent.</param>
/// <param name="OldestSeconds">Age of the oldest pending message; null if there is none.</param>
/// <param name="ParkedUntil">Until then WhatsApp lets the number write to nobody who never wrote to it; null if it does.</param>
internal sealed record QueueView(
    string PhoneNumber,
    int Pending,
    int Sending,
    int Scheduled,
    bool Paused,
    double? OldestSeconds,
    DateTimeOffset? ParkedUntil,
    QueueSettings Settings)
{
    public static QueueView From(string phoneNumber, QueueInfo queue) => new(
        phoneNumber, queue.Pending, queue.Sending, queue.Scheduled, queue.Paused, queue.OldestSeconds, queue.ParkedUntil, queue.Settings);
}

/// <summary>What a purge took back.</summary>
/// <param name="Canceled">How many messages were canceled, scheduled ones included.</param>
internal sealed record PurgeView(string PhoneNumber, int Canceled);
